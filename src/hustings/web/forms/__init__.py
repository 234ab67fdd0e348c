"""The daily poll's web forms, and where the provider of texts and calls reports to.

=============  ==============================================================
file           holds
=============  ==============================================================
``pages``      pages as HTML that needs no script; what a posted form says
``templates``  their words and looks
``server``     addresses: personal links, texts, calls
=============  ==============================================================
"""
