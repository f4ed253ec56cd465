"""The process in which tests run: it imports pytest once and forks a child for each run.

It runs as a program of its own inside the confinement and imports nothing of this application,
so that none of it is within reach of the tested code; only the standard library and pytest.

    zygote      waits for requests, forks a child for each, kills it when its time is over
    warmup      makes the zygote's imports once, and remembers which pytest itself needs
    forking     forks a run into a world of its own or, where that cannot be, a process group
    namespaces  gives a child a world of its own: processes, mounts, network, no privileges
    child       writes the workspace, sets the limits, calls pytest
    rewriting   what pytest makes of the test files, once for each content
    script      runs a Python file instead of tests
    recorder    the pytest plugin that notes what became of each test
    verdict     turns a child's notes and its end into the answer
    processes   what is running: how many, how large, and what was left behind
"""
