"""A Django app whose migrations install the schema: add ``pgcredits.django`` to INSTALLED_APPS.

It has no models. Calls go through ``pgcredits.sync.Credits(django.db.connection)``.
"""
