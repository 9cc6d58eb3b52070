"""The static site: every page of it, made from the store; `making` is its front door."""
