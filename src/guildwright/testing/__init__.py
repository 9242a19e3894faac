"""The testing kit: a pytest plugin that lets tests speak to a bot as people do, over real sockets.

Nothing is imported here: the plugin is loaded into every pytest run of an environment and has to stay light.
"""
