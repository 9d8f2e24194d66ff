# La page de connexion.

login-title = Se connecter
login-lead = Avec votre compte { $brand }.
login-lead-client = pour continuer vers { $client }
login-heading-again = Reconnectez-vous
login-lead-again = Veuillez confirmer que c’est bien vous avant de poursuivre.
login-username = E-mail ou nom d’utilisateur
login-password = Mot de passe
login-show-password = Afficher
login-hide-password = Masquer
login-remember = Garder ma session ouverte
login-recover = Mot de passe oublié ?
login-submit = Se connecter
login-cancel = Annuler
login-new-here = Première visite chez { $brand } ?
login-register = Créer un compte
login-registered = Connectez-vous maintenant avec le mot de passe que vous venez de choisir. Si vous aviez déjà un compte à ce nom, utilisez le mot de passe de ce compte.
login-problem-credentials = Le nom d’utilisateur ou le mot de passe est incorrect. Vérifiez les deux et réessayez.
login-problem-throttled = Trop de tentatives. Patientez un instant, puis réessayez.
login-problem-throttled-for =
    { $number ->
        [one] Trop de tentatives. Réessayez dans { $number } seconde.
       *[other] Trop de tentatives. Réessayez dans { $number } secondes.
    }

# L’autorisation.

consent-title = Autoriser { $client }
consent-heading = { $client } souhaite utiliser votre compte { $brand }
consent-user = Votre session est ouverte en tant que { $user }.
consent-scopes = Ce que demande { $client }
consent-redirect = Votre réponse sera transmise à { $host }.
consent-allow = Autoriser
consent-deny = Refuser
consent-about = En savoir plus sur { $client } :
consent-policy = Politique de confidentialité
consent-terms = Conditions d’utilisation

# Ce que demande un client : une ligne par demande.

scope-openid = Vous reconnaître quand vous revenez
scope-profile = Voir votre profil : nom, photo, date de naissance, genre, langue
scope-email = Voir votre adresse e-mail
scope-phone = Voir votre numéro de téléphone
scope-address = Voir votre adresse postale
scope-offline-access = Garder cet accès en votre absence
scope-other = Utiliser l’autorisation { $scope }

# Les pages de déconnexion, et celle sans client.

logout-title = Se déconnecter
logout-heading = Voulez-vous vous déconnecter ?
logout-lead = Votre session est ouverte chez { $brand }.
logout-lead-user = Votre session est ouverte chez { $brand } en tant que { $user }.
logout-client = { $client } l’a demandé.
logout-confirm = Se déconnecter
logout-all = Se déconnecter de tous les comptes ici
logout-stay = Garder ma session ouverte
logged-out-title = Votre session est fermée
logged-out-lead = Vous avez quitté votre compte { $brand } dans ce navigateur.
logged-out-shared = Si vous partagez cet appareil, fermez aussi toutes les fenêtres du navigateur.
signed-in-title = Votre session est ouverte
signed-in-lead = Bienvenue chez { $brand }, { $user }.
me-apps = Applications que vous pouvez ouvrir
me-sessions = Où votre session est ouverte
me-session = Ouverte le { $since }, utilisée pour la dernière fois le { $used }.
me-this = Ce navigateur.
me-end-session = Fermer cette session
me-consents = Ce que vous avez autorisé
me-consent = { $client } peut utiliser : { $scopes }. Depuis le { $since }.
me-revoke = Retirer
me-end-all-lead = Ferme votre session dans tous les navigateurs et retire l’accès à toutes les applications.
me-end-all = Se déconnecter partout

# La page qui porte une réponse à un client.

form-post-title = Un instant
form-post-lead = Nous vous conduisons vers { $client }.
form-post-continue = Continuer

# The page on which an account is made, and the one on which one is chosen.

register-title = Créer un compte
register-lead = Un seul compte pour tout { $brand }.
register-name = Votre nom
register-email = Adresse e-mail
register-submit = Créer le compte
register-have = Vous avez déjà un compte ?
register-problem-details = Impossible de créer un compte avec ces informations. Vérifiez votre adresse e-mail et votre nom.
register-problem-password = Choisissez un mot de passe plus long et difficile à deviner.
choose-title = Choisir un compte
choose-continue = Continuer en tant que { $user }
choose-other = Utiliser un autre compte
