"""From a wheel to the jail: the text that runs is that of the bytes that were hashed, and nothing is read again."""

from plugins.artifact import Artifact
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName


def name_of(artifact: Artifact) -> SchemeName:
    """Whose code it is."""
    key = artifact.document.manifest.scheme.key
    return SchemeName(key, artifact.distribution or key, artifact.version, artifact.digest)


def code_of(artifact: Artifact) -> Code | None:
    """Its Python as text with the entry point, None when it came without a wheel and so has none."""
    if artifact.entry_point is None:
        return None
    return Code(artifact.sources, artifact.entry_point.module, artifact.entry_point.attribute)


def call_of(artifact: Artifact, hook: Hook, asked: tuple[Asked, ...]) -> Call:
    """A call of its hook. Raises ValueError when it has no code."""
    code = code_of(artifact)
    if code is None:
        raise ValueError(f"{artifact.filename} holds no code that could be called")
    return Call(name_of(artifact), code, hook, asked)
