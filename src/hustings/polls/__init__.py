"""Published polls.

============  ==============================================================
folder, file  holds
============  ==============================================================
``readers/``  one file per layout: from a file to raw polls
``clean``     from raw polls to polls a pollster would use, every other row with its reason
``cleaning/`` the steps of it
``tracker/``  polls of all units over time, as one Gaussian
============  ==============================================================
"""
