"""What litellm knows of models without asking anybody: provider, limits, prices, tokens."""

from typing import Any, Final

from agents.models.providers import failures, wire

DEFAULT_CONTEXT: Final = 32_768
"""Tokens that a model's context is taken to hold when litellm does not know it."""
_CHARACTERS_PER_TOKEN: Final = 4


class Facts:
    """Looked up in `litellm`, the module."""

    def __init__(self, litellm: Any) -> None:
        self._litellm = litellm

    def look(self, look: wire.Look) -> wire.Looked | wire.Failed:
        """The answer to `look`."""
        try:
            provider = self._litellm.get_llm_provider(look.model, api_base=look.api_base or None)[1]
        except Exception as error:  # noqa: BLE001  (litellm's, of any class)
            return failures.explain(error, look.id, look.model, "")
        entry = self._entry(look.model)
        context = entry.get("max_input_tokens") or entry.get("max_tokens") or DEFAULT_CONTEXT
        return wire.Looked(
            id=look.id,
            provider=provider,
            known=bool(entry),
            calls_tools=bool(entry.get("supports_function_calling")),
            context_tokens=int(context),
            priced=_priced(entry),
        )

    def provider(self, model: str, api_base: str) -> str:
        """The name of the model's provider, as far as it is known."""
        try:
            found = self._litellm.get_llm_provider(model, api_base=api_base or None)
        except Exception:  # noqa: BLE001  (litellm's, of any class: there is none)
            return model.partition("/")[0]
        return str(found[1])

    def most_tokens(self, ask: wire.Ask) -> int:
        """The most tokens that the reply may have: what is asked for, or the model's limit."""
        limit = self._entry(ask.model).get("max_output_tokens")
        return min(ask.max_tokens, int(limit)) if limit else ask.max_tokens

    def tokens(self, model: str, text: str) -> int:
        """The length of a text in tokens."""
        if not text:
            return 0
        try:
            return int(self._litellm.token_counter(model=model, text=text))
        except Exception:  # noqa: BLE001  (a tokenizer's, of any class: a count may be rough)
            return len(text) // _CHARACTERS_PER_TOKEN + 1

    def cost(self, model: str, usage: Any, tokens_in: int, tokens_out: int) -> float | None:
        """The price of a call; `None` where no price is known."""
        if not _priced(self._entry(model)):
            return None
        try:
            costs = self._litellm.cost_per_token(
                model=model,
                prompt_tokens=tokens_in,
                completion_tokens=tokens_out,
                usage_object=usage,
            )
        except Exception:  # noqa: BLE001  (it raises its own, bare ones, for what it cannot price)
            return None
        return float(sum(costs))

    def _entry(self, model: str) -> dict[str, Any]:
        """What litellm's list says of the model. Looked up here: litellm's own look-up asks a
        local server when the name is one of its models."""
        listed: dict[str, dict[str, Any]] = self._litellm.model_cost
        provider, _, name = model.partition("/")
        if model in listed:
            return listed[model]
        entry = listed.get(name, {})
        return entry if entry.get("litellm_provider") == provider else {}


def _priced(entry: dict[str, Any]) -> bool:
    return "input_cost_per_token" in entry or "output_cost_per_token" in entry
