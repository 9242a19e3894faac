"""The control API: the actions of people, the state of a world and its faults, over HTTP and websocket."""
