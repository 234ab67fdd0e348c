"""What is served over HTTP: with ``cli`` the only room with a clock.

===========  ==============================================================
part         holds
===========  ==============================================================
``forms``    the daily poll's web forms and the provider's webhooks
===========  ==============================================================
"""
