"""Injecting faults by hand: a menu of what makes sense here, then whom or what it strikes."""

from functools import partial

from tui.screens.base import SessionBase


class FaultCommands(SessionBase):
    """The action that injects faults."""

    def action_faults(self) -> None:
        """Choose a fault."""
        if not self.feed.live:
            self.say("A replay is what happened: no fault can be injected into it.")
            return
        if self.picture.state.ended:
            self.say("The session has ended: there is nobody for a fault to strike.")
            return
        from tui.screens.menu import Choice, MenuScreen
        from tui.views.faults import offers

        choices = [
            Choice(offer.name, offer.name.replace("-", " "), offer.what, offer.refused)
            for offer in offers(self.picture)
        ]
        under_way = len(self.picture.state.faults)
        note = f"{under_way} under way" if under_way else ""
        self.app.push_screen(MenuScreen("inject a fault", choices, note), self._aim)

    def _aim(self, fault: str | None) -> None:
        """Choose what the fault strikes, if it strikes anything in particular."""
        if not fault:
            return
        from tui.screens.menu import Choice, MenuScreen
        from tui.views.faults import ANY, targets

        found = targets(fault, self.picture)
        if not found:
            self.order("inject", fault)
            return
        choices = [Choice(ANY, "chosen by the seed")]
        choices += [Choice(target.name, target.name, target.hint) for target in found]
        title = f"{fault.replace('-', ' ')}: strike"
        self.app.push_screen(MenuScreen(title, choices), partial(self._strike, fault))

    def _strike(self, fault: str, target: str | None) -> None:
        from tui.views.faults import ANY

        if target is not None:
            self.order("inject", fault if target == ANY else f"{fault}:{target}")
