"""The login: access tokens that expire, refresh tokens that rotate, and replies about them that get lost.

This is a stand-in for the product's token source; it shows what the machine does when a login is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import World


class Login:
    """The far side's view of our tokens, and our access token."""

    def __init__(self) -> None:
        self.valid = {"r0"}
        self.fresh = True
        self.count = 0
        self.loses_reply = False
        self.second_refresher = False

    def strike(self, manner: str) -> None:
        """Let a fault of the login happen."""
        self.fresh = False
        self.loses_reply = manner == "reply-lost"
        self.second_refresher = manner == "two"
        if manner == "revoked":
            self.valid = set()

    def refresh(self, world: World) -> bool:
        """Return whether a new access token was got; the stored tokens follow. One refresher at a time."""
        if self.second_refresher:
            self.second_refresher = False
            self._exchange(world)
        return self._exchange(world) or (self._exchange(world) if self.valid else False)

    def _exchange(self, world: World) -> bool:
        store = world.store
        used = store.refresh_token if store.refresh_token in self.valid else store.previous_token
        if used not in self.valid:
            store.told.add("login")
            return False
        self.count += 1
        new = f"r{self.count}"
        self.valid = {used, new}  # the service accepts the former token until the new one is used
        if self.loses_reply:
            self.loses_reply = False
            if not world.safeguards.token_kept:
                store.refresh_token = store.previous_token = ""
            world.watch.on_tokens()
            return False
        store.previous_token = used if world.safeguards.token_kept else ""
        store.refresh_token = new
        world.watch.on_tokens()
        self.fresh = True
        return True

    def connect(self, world: World) -> None:
        """Let the owner connect again."""
        self.count += 1
        token = f"r{self.count}"
        self.valid, self.fresh = {token}, True
        world.store.refresh_token, world.store.previous_token = token, ""
        world.store.told.discard("login")
