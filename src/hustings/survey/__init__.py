"""The campaign's own poll, every day: sample, questionnaire, fieldwork, quality, weights, tables, trend.

=================  ==============================================================
part               holds
=================  ==============================================================
``codebook``       :class:`Codebook`: what was asked and what the codes mean
``interviews``     :class:`Interviews`: respondents, answers, codebook
``waves``          where a survey and its waves lie on disk
``bands``          numbers put into bands
``questionnaire``  SurveyJS JSON: read, checked, routed; the shipped tracker
``sample``         strata, allocation, draw, what is left unpolled
``fieldwork``      the journal of events, channels, calling hours, dispositions
``rehearsal``      simulated voters and a provider that is not there
``files``          interviews of other programs: SPSS, Qualtrics, Decipher, CSV
``quality``        one file per rule that sets interviews aside
``weighting``      base, non-response, calibration, trimming, and what they did
``estimates``      shares and means with design-based errors
``books``          toplines, crosstabs, the Excel book
``trend``          waves in a row; definition and engagement
=================  ==============================================================
"""
