"""What the numbers rest on, and how one would know the morning that it breaks: assumptions as objects, watched.

================  ===============================================================
file              holds
================  ===============================================================
``morning``       :class:`Morning`: what was known on one morning
``assumption``    :class:`Assumption`, and the :class:`Claim` that it becomes when it is registered
``registry``      claims: one file a version, never changed
``observations``  what nights have compared with claims: added to, never changed
``streams``       what is predicted and what came, one file a source
``monitors``      from there to the evidence against one claim
``board``         all evidence together: one error rate for the whole campaign
================  ===============================================================
"""
