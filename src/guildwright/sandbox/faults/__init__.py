"""What breaks bots in production, on demand: described in `kinds`, begun in `strikes`, listed in `board`.

One mechanism for the control API, the testing kit and the page: a fault is a small typed body, it is
bounded in seconds and mostly in counts, and the traffic log shows every time it strikes.
"""
