"""A world whose agents live by the rules: helpers for stories about turns, tasks and leases."""

from msgspec.structs import replace

from tests.world import World
from workspaces.history import events as e


class Team(World):
    """`World` with short words for what the stories of the detectors need."""

    def task(self, name: str, *files: str, needs: tuple[str, ...] = ()) -> e.AnyEvent:
        return self.add(e.TaskAdded(task=name, title=name, files=files, dependencies=needs))

    def claim(self, agent: str, task: str, epoch: int = 0) -> e.AnyEvent:
        known = self.state.tasks[task].epoch
        return self.add(e.TaskClaimed(agent=agent, task=task, epoch=epoch or known + 1))

    def assign(self, agent: str, task: str, owner: str, epoch: int = 0) -> e.AnyEvent:
        known = self.state.tasks[task].epoch
        return self.add(
            e.TaskAssigned(agent=agent, task=task, owner=owner, epoch=epoch or known + 1)
        )

    def complete(self, agent: str, task: str) -> e.AnyEvent:
        return self.add(e.TaskCompleted(agent=agent, task=task))

    def refuse(self, agent: str, code: str, target: str) -> e.AnyEvent:
        return self.add(
            e.ActionRefused(agent=agent, turn=1, action="x", target=target, code=code, reason="no")
        )

    def lease(self, agent: str, path: str, token: int, until: float = 1e9) -> e.AnyEvent:
        return self.add(e.LeaseGranted(agent=agent, path=path, token=token, expires=until))

    def turn(self, agent: str, seconds: float = 1.0, text: str = "") -> e.AnyEvent:
        """A whole turn, in which nothing is done; its beginning."""
        self.begin_turn(agent)
        began = self.events[-1]
        if text:
            self.add(e.Text(agent=agent, turn=1, text=text))
        self.now += seconds
        self.end_turn(agent)
        return began

    def apart(self, agent: str, path: str, text: str, base: int = 0) -> e.AnyEvent:
        """Write in the agent's own worktree."""
        tree = self.state.worktrees.get(agent)
        number = len(tree.files.get(path, ())) if tree else 0
        return self.add(
            e.FileWritten(
                agent=agent,
                turn=1,
                path=path,
                version=number + 1,
                base=number or base,
                replaced=number,
                blob=self._blob(text),
                size=len(text),
                where=agent,
            )
        )

    def tests(self, agent: str, *failures: str, code: int | None = None) -> e.AnyEvent:
        """A whole test run; its end."""
        number = len(self.events)
        self.add(e.TestsStarted(agent=agent, run=number, tree="t"))
        failed = 1 if failures else 0
        return self.add(
            e.TestsEnded(
                agent=agent,
                run=number,
                tree="t",
                passed=1,
                failed=len(failures),
                errors=0,
                returncode=failed if code is None else code,
                seconds=1,
                failures=failures,
            )
        )

    def end(self, reason: str = "round-limit") -> e.AnyEvent:
        return self.add(e.SessionEnded(reason=reason, success=False))


def team_with_tests() -> Team:
    """A team whose session has tests."""
    team = Team()
    began = team.events[0]
    assert isinstance(began, e.SessionStarted)
    team.events[0] = team.state.started = replace(began, tests=("test_all.py",))
    return team
