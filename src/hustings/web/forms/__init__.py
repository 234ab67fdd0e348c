"""The daily poll's web forms, and where the provider of texts and calls reports to.

==============  ==============================================================
file            holds
==============  ==============================================================
``pages``       pages as HTML that needs no script; what a posted form says
``templates``   their words and looks
``server``      the application and its process
``links``       personal links: the form of one voter, page by page
``webhooks``    what the provider of texts and calls reports
``rehearsing``  a whole wave with simulated voters, in two processes
``requests``    reading requests, headers, how fast one link may be used
==============  ==============================================================
"""
