# Les pages de qui a oublié son mot de passe.

recover-title = Mot de passe oublié ?
recover-lead = Dites-nous qui vous êtes, et nous vous enverrons un lien pour en choisir un nouveau.
recover-submit = Envoyer le lien
recover-back = Retour à la connexion
recover-sent-title = Consultez vos e-mails
recover-sent-lead =
    { $number ->
        [one] Si nous connaissons un compte sous ce nom, un lien part vers son adresse e-mail. Il sert une seule fois, pendant une minute.
       *[other] Si nous connaissons un compte sous ce nom, un lien part vers son adresse e-mail. Il sert une seule fois, pendant { $number } minutes.
    }
mail-help = Rien reçu ? Regardez aussi dans les courriers indésirables, et attendez quelques minutes avant de recommencer.
new-password-title = Choisir un nouveau mot de passe
new-password-lead = Pour votre compte { $user } chez { $brand }.
new-password-label = Nouveau mot de passe
new-password-ends = Vous serez déconnecté de tous les navigateurs et de toutes les applications.
new-password-submit = Enregistrer le nouveau mot de passe
recover-done-title = Votre nouveau mot de passe est enregistré
recover-done-lead = Vous êtes déconnecté partout. Connectez-vous maintenant avec le nouveau mot de passe.

# Ce qui ne va pas dans un mot de passe.

password-problem-short =
    { $number ->
        [one] Veuillez utiliser au moins un caractère.
       *[other] Veuillez utiliser au moins { $number } caractères.
    }
password-problem-long = Ce mot de passe est trop long pour nous. Veuillez en choisir un plus court.
password-problem-common = C’est un des mots de passe que l’on devine en premier. Veuillez en choisir un autre.
password-problem-breached = Ce mot de passe a été divulgué ailleurs. Veuillez en choisir un autre.
password-problem-unchecked = Nous ne pouvons pas vérifier ce mot de passe pour le moment. Veuillez réessayer plus tard.
password-problem-context = Veuillez ne pas composer le mot de passe de votre nom, de votre adresse e-mail ou de notre nom.
password-problem-repeated = Veuillez ne pas répéter un motif court. Choisissez quelque chose de moins régulier.

# La page personnelle : le mot de passe et l’adresse.

me-password = Votre mot de passe
me-password-current = Mot de passe actuel
me-password-others = Vous serez déconnecté partout ailleurs.
me-password-submit = Changer le mot de passe
me-password-wrong = Le mot de passe actuel n’est pas le bon.
me-back = Retour à votre compte
password-changed-title = Votre mot de passe est changé
password-changed-lead = Utilisez désormais le nouveau.
me-address = Votre adresse e-mail
me-address-unproved = { $email } n’est pas encore confirmée.
me-address-proved = { $email } est confirmée.
me-address-submit = M’envoyer un lien pour la confirmer
address-sent-title = Consultez vos e-mails
address-sent-lead = Un lien part vers votre adresse e-mail. Ouvrez-le pour confirmer que cette adresse est la vôtre.
address-title = Confirmer votre adresse e-mail
address-lead = { $email } appartient à un compte chez { $brand }. Est-ce la vôtre ?
address-submit = Oui, c’est la mienne
address-proved-title = Votre adresse e-mail est confirmée
address-proved-lead = Merci. Vous pouvez reprendre où vous en étiez.
