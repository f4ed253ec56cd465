"""What a person can do about findings on the session screen: open, filter, mute, acknowledge."""

from collections.abc import Callable
from functools import partial

from tui.screens.base import SessionBase
from tui.views.case import Case
from tui.views.shapes import SEVERITY
from workspaces.anomalies.finding import Severity
from workspaces.anomalies.muting import MutesError, Rule

BY_HAND = "muted by hand"


class FindingCommands(SessionBase):
    """The actions on findings."""

    _last_case = ""

    def action_finding(self, by: int) -> None:
        """Open the next or previous finding of the list; in a replay, go to where it is."""
        if self.seek_finding(by):
            return
        cases = self.picture.listed()
        if not cases:
            quiet = self.picture.book.quiet
            none = f"Nothing is listed; {quiet} muted." if quiet else "No findings yet."
            self.say(none)
            return
        places = [place for place, case in enumerate(cases) if case.id == self._last_case]
        start = places[0] + by if places else 0 if by > 0 else -1
        self.open_finding(cases[start % len(cases)])

    def open_row(self, ref: int) -> None:
        """Open the finding that touches an event; without one, its causes and effects."""
        if case := self.picture.case_at(ref):
            self.open_finding(case)
        elif ref:
            self.walk(ref)

    def open_finding(self, case: Case) -> None:
        """Open a finding, and show in the panes where it happened."""
        from tui.screens.finding import FindingScreen

        self.point_at(case)
        self.app.push_screen(FindingScreen(self, case))

    def point_at(self, case: Case) -> None:
        """Scroll the panes to a finding's evidence, and the list to the finding."""
        self._last_case = case.id
        by_agent = {pane.agent: pane for pane in self.tiles.panes}
        for finding in case.findings:
            for step in finding.witness:
                if pane := by_agent.get(self.picture.author_of(step.seq)):
                    pane.stream.reveal(step.seq)
        for dock, tab in (
            (self.dock_view, self.drawing.tab),
            (self.companion, self.drawing.companion_tab),
        ):
            if tab == "Findings":
                dock.roll.point(case.id)

    def go_to(self, seq: int) -> None:
        """Show an event in its agent's pane, and give that the focus."""
        agent = self.picture.author_of(seq)
        for pane in self.tiles.panes:
            if pane.agent != agent:
                continue
            if self.tiles.zoomed or pane.card:
                self.zoom_to(pane)
            pane.take_focus()
            if not pane.stream.reveal(seq):
                self.say(f"Event {seq} has no row of its own in the pane of {agent}.")
            return
        self.say(f"Event {seq} is in nobody's pane.")

    # What is listed

    def action_filter(self) -> None:
        """Choose which findings are listed."""
        from tui.screens.menu import Choice, MenuScreen

        docket, cases = self.docket, [c for c in self.picture.cases if not c.quiet]
        choices = [Choice("all:", "everything", "no filter", chosen=not docket.filtered)]
        for severity in (Severity.HIGH, Severity.MEDIUM, Severity.LOW):
            number = sum(case.severity >= severity for case in cases)
            words = f"{SEVERITY[severity]} {severity.value}" + (
                "" if severity is Severity.HIGH else " and up"
            )
            choices.append(
                Choice(f"least:{severity}", words, str(number), chosen=docket.least is severity)
            )
        for part, names in (
            ("kind", sorted({kind for case in cases for kind in case.kinds})),
            ("agent", self.picture.roster),
        ):
            for name in names:
                number = sum(name in getattr(case, f"{part}s") for case in cases)
                chosen = getattr(docket, part) == name
                choices.append(Choice(f"{part}:{name}", name, str(number), chosen=chosen))
        self.app.push_screen(MenuScreen("list which findings", choices), self._filter)

    def _filter(self, chosen: str | None) -> None:
        if chosen:
            part, _, value = chosen.partition(":")
            self.docket.choose(part, value)
            self.redraw()

    def action_order(self) -> None:
        """List findings by gravity, or by time."""
        self.docket.turn()
        self.say("Oldest first." if self.docket.by_time else "The gravest first.")
        self.redraw()

    def action_show_quiet(self) -> None:
        """List what is muted too, or not."""
        self.docket.show_quiet()
        self.redraw()

    # Muting

    @property
    def chosen_case(self) -> Case | None:
        """The case under the cursor, when the list of findings has the focus."""
        for dock, tab in (
            (self.dock_view, self.drawing.tab),
            (self.companion, self.drawing.companion_tab),
        ):
            if tab == "Findings" and dock.roll.has_focus:
                return next((c for c in self.picture.cases if c.id == dock.roll.key), None)
        return None

    def action_mute(self) -> None:
        """Ask what of the chosen finding to mute."""
        if case := self._case_or_list():
            self.ask_mute(case, lambda: None)

    def action_acknowledge(self) -> None:
        """Keep the chosen finding quiet."""
        if case := self._case_or_list():
            self.acknowledge(case)

    def action_undo(self) -> None:
        """Take the last mute or acknowledgement back, or the one of the chosen finding."""
        self.undo(self.chosen_case)

    def _case_or_list(self) -> Case | None:
        case = self.chosen_case
        if case is None:
            self.action_tab("Findings")
            if self.picture.listed():
                self.say("Choose a finding first.")
            else:
                self.say("No finding is listed.")
        return case

    def ask_mute(self, case: Case, then: Callable[[], None]) -> None:
        """Ask what of a case to mute: its path, kind or agent; `then` hears when it is done."""
        from tui.screens.menu import Choice, MenuScreen

        if case.quiet:
            self.say(f"It is quiet already: {case.reason}.")
            return
        rules = mutable(case)
        counts = [
            sum(any(rule.fits(f) for f in other.loud) for other in self.picture.cases)
            for rule in rules.values()
        ]
        choices = [
            Choice(words, words, f"{number} now")
            for words, number in zip(rules, counts, strict=True)
        ]
        muted = next(iter(case.reasons.values()), "")
        note = f"Quiet already, of its faces: {muted}" if muted else ""

        def chosen(words: str | None) -> None:
            if words:
                self._change(partial(self.mutes.mute, rules[words], words))
                self.say(f"Muted: {words}. u takes it back.")
                then()

        self.app.push_screen(MenuScreen("mute", choices, note), chosen)

    def acknowledge(self, case: Case) -> None:
        """Keep a case quiet."""
        if case.quiet:
            self.say(f"It is quiet already: {case.reason}.")
            return
        words = f"{case.kinds[0]} of {(case.paths or case.tasks or case.agents)[0]}"
        self._change(partial(self.mutes.acknowledge, case.lead, words))
        self.say(f"Acknowledged: {words}. u takes it back.")

    def undo(self, case: Case | None) -> None:
        """Let `case` be heard again if it is quiet; else take back what was done last."""
        if case and case.quiet:
            lifted: list[bool] = []
            self._change(lambda: lifted.append(self.mutes.lift(case.lead)))
            if lifted == [False]:
                self.say(f"A shipped rule keeps it quiet: {case.reason}.")
            return
        undone: list[str] = []
        self._change(lambda: undone.append(self.mutes.undo()))
        if undone == [""]:
            self.say("Nothing was muted or acknowledged here.")
        elif undone:
            self.say(f"Heard again: {undone[0]}.")

    def _change(self, change: Callable[[], object]) -> None:
        """Change the mutes, and show what is quiet now."""
        try:
            change()
        except MutesError as error:
            self.tell(error)
        self.docket.mute(self.mutes.muting)
        self.picture.judge()
        self.drawing.remark()
        self.redraw()


def mutable(case: Case) -> dict[str, Rule]:
    """The rules that would mute the finding that names `case`, by what they say."""
    lead = case.lead
    kind = lead.kind.value
    rules: dict[str, Rule] = {}
    for path in lead.paths:
        rules[f"{kind} of {path}"] = Rule(BY_HAND, path=path, kind=kind)
        rules[f"everything about {path}"] = Rule(BY_HAND, path=path)
    rules[f"every {kind}"] = Rule(BY_HAND, kind=kind)
    for agent in lead.agents:
        rules[f"{kind} with {agent}"] = Rule(BY_HAND, kind=kind, agent=agent)
        rules[f"everything about {agent}"] = Rule(BY_HAND, agent=agent)
    return {words: rule for words, rule in rules.items() if rule.fits(lead)}
