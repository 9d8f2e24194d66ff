# Was mehrere Seiten sagen.

error-prefix = Fehler:
onward = Weiter zu { $client }
