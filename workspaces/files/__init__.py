"""The shared files: who may write where, what every write replaced, and the commits it became."""
