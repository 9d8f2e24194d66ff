# Ce que disent plusieurs pages.

error-prefix = Erreur :
onward = Continuer vers { $client }
