"""Which environment variables hold the keys of which providers.

Only what a person most often lacks, so that it can be said at once: a provider that is not here
says so itself at the first call. Those that take their credentials from elsewhere as well
(profiles, metadata servers) are left out on purpose.
"""

import os
from typing import Final

from agents.models.base import ModelError

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "xai": ("XAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY", "OR_API_KEY"),
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_TOKEN"),
    "fireworks_ai": ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY"),
    "cohere": ("COHERE_API_KEY", "CO_API_KEY"),
    "cerebras": ("CEREBRAS_API_KEY",),
    "azure": ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_AD_TOKEN"),
}
"""Any one of a provider's will do."""


def present() -> list[str]:
    """The names of the variables above that are set."""
    return [name for names in NAMES.values() for name in names if os.environ.get(name)]


def present_for(provider: str) -> bool:
    """Whether a key of the provider is set."""
    return any(map(os.environ.get, NAMES.get(provider, ())))


def check(model: str, provider: str) -> None:
    """Raise `ModelError` when the provider's key is known to be missing."""
    if provider in NAMES and not present_for(provider):
        raise missing(model, provider)


def missing(model: str, provider: str) -> ModelError:
    """The error for a key that is not there, with what to do about it."""
    names = NAMES.get(provider, ())
    if not names:
        return ModelError(
            f"No key for {model}",
            f"{provider or 'its provider'} needs one",
            "Set the variable that https://docs.litellm.ai/docs/providers names for it.",
        )
    return ModelError(
        f"No key for {model}",
        f"{' or '.join(names)} is not set",
        f"export {names[0]}=..., or name a server of your own with --api-base.",
    )
