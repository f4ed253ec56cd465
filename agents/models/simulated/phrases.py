"""The sentences that replies are made of. Placeholders are filled in by `wording`."""

OPENINGS = {
    "work": (
        "Looking at the board, {task} is the sensible next step.",
        "I'll go on with {task}.",
        "Next for me: {task}.",
        "The way is clear for {task}, so I start there.",
        "{task} fits what is done so far.",
        "Taking {task}.",
    ),
    "repair": (
        "What I see points to {file}, so that is what I put right.",
        "Something is off in {file}; I'll correct it.",
        "{file} does not do what its task says. Correcting it.",
        "Before anything else, {file} needs another look.",
    ),
    "suspect": (
        "The tests point to {file}; I read it before I change anything.",
        "{file} is where I would look for the cause.",
        "I want to see what {file} says now, not what I remember of it.",
    ),
    "study": (
        "I want to see {file} before I build on it.",
        "First I read {file}, so that I call it as it is written.",
        "Let me check {file} rather than guess its signature.",
    ),
    "check": (
        "Let me see where we stand.",
        "I'd like to know the state of the tests before I take more on.",
        "Nothing of mine to write at the moment, so I run the tests.",
    ),
    "hesitate": (
        "I'll hold off this turn and see what the others finish.",
        "Let me look at what comes in before I take anything on.",
        "The board is in motion; I wait for it to settle.",
    ),
    "wait": (
        "Nothing I can usefully do right now.",
        "I have nothing open, and what is left is with others.",
        "I'm waiting for the tasks that are under way.",
    ),
    "lead": (
        "Let me give out what is open.",
        "Here is how I would spread the work.",
        "I look at the board and decide who does what.",
    ),
    "watch": (
        "I keep an eye on how the others get on.",
        "Looking at the board as it stands.",
        "Nothing for me to write; I watch.",
    ),
    "verify": (
        "Somebody should look at what was completed.",
        "Before others build on it, I look at what is done.",
        "A second pair of eyes on finished tasks.",
    ),
    "discover": (
        "There are no tasks yet, so I break the instruction down. I am a simulated model and "
        "cannot plan: I take its own lines and sentences for tasks.",
        "Nothing is on the board. Being simulated, I can only cut the instruction into its own "
        "sentences; here they are as tasks.",
    ),
}
REFUSALS = {
    "held": "My claim on {target} came too late: somebody holds it.",
    "blocked": "{target} was refused because something it needs is not done yet.",
    "not-yours": "I could not complete {target}, since it is not mine.",
    "incomplete": "{target} is not complete without its file.",
    "done": "{target} had been done already.",
    "verified": "Somebody had verified {target} before me.",
    "exists": "There is a task {target} already.",
    "superseded": "My work on {target} is not needed any more: somebody completed it first.",
    "stale": "{target} had changed under me, so I look at what it holds now.",
    "leased": "Somebody holds {target} at the moment; I leave it for later.",
    "fenced": "I had lost {target} without noticing.",
    "conflict": "My work on {target} collides with what others merged.",
    "tests": "Merged, my work on {target} breaks a test that passed.",
}
TASK_NOTES = (
    "{file} comes from {title}.",
    "For {title} I keep to what the description says.",
    "{title}: one function in {file}, nothing else.",
    "I write {file} so that the edge cases of {title} hold.",
    "{title} builds on {needs}, which I import.",
    "{file} imports {needs} and adds one step.",
)
NOTES_WITHOUT_NEEDS = 4
"""How many of the notes above name nothing that the task needs."""
BUSY = (
    "The arguments stay as they are; nothing is changed in place.",
    "I keep the imports flat, since every function has a file of its own.",
    "Empty input is the case that is easiest to get wrong, so I treat it first.",
    "I would rather call what exists than write it a second time.",
    "If the tests disagree with me I will read the file that they name.",
    "The names follow the files, so the others can import them without asking.",
    "Order matters here: each step uses the result of the one before.",
    "Nothing here needs a third-party package.",
    "Whoever builds on this should find the behaviour that the description promises.",
    "I look at the board again when the results are in.",
    "Floats are compared only where the description asks for it.",
    "An error is raised early, before anything is computed from a wrong argument.",
    "Short functions are enough; a class would only get in the way.",
    "I return new values and leave printing to whoever calls.",
    "Where the description is silent I do the simplest thing.",
)
IDLE = (
    "Writing into somebody else's file now would only cost us both a turn.",
    "As soon as something becomes ready I can take it.",
    "If a test fails in the end, I would look at the chain first.",
    "I would rather not claim what I cannot begin.",
    "Once the dependencies are in, the rest should go quickly.",
    "I keep an eye on the files that others build on.",
    "There is no point in a second copy of work that is under way.",
    "The next turn will show whether the claims were granted.",
)
MENDING = (
    "The failing names share one cause, as far as I can tell.",
    "What depends on it should pass again without a change of its own.",
    "I change no more than what the description contradicts.",
    "The tests will tell whether that was all of it.",
    "If it fails again, I will look at what it imports.",
    "I go by the description and not by what the code seems to intend.",
)
LEADING = (
    "What belongs together should stay with one agent.",
    "Nobody should be without work while something is ready.",
    "The long chain decides when we are finished, so it comes first.",
    "If somebody is stuck, I would rather move the task than wait.",
    "I will look at the board again when the first results are in.",
    "Everyone should know what the others are at.",
)
VERIFYING = (
    "What is accepted here is what the next task builds on.",
    "I compare the file with the description, line by line.",
    "A mistake found now costs one turn, later it costs several.",
    "If it does what its task says, that is enough for me.",
    "I would not want my own work to pass without a look either.",
)
DISCOVERING = (
    "Where a sentence names a file that an earlier one makes, it waits for that.",
    "What I overlook here can be added later.",
    "The order of the sentences is the best hint that I have.",
)
CLOSINGS = {
    "run_tests": ("Now the tests.", "Running the tests to see what holds.", "And a test run."),
    "complete_task": ("That completes it as far as I can see.", "Reported as done."),
    "": ("", "That is it for this turn."),
}
