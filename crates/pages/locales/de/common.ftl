# What several pages say.

error-prefix = Error:
onward = Continue to { $client }
# de
