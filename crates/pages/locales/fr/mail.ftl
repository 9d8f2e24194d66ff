# Ce qui est envoyé aux personnes : un objet, et ce qu’il contient.

mail-recover-subject = Choisir un nouveau mot de passe pour { $brand }
mail-recover-lead = Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte { $brand }.
mail-recover-action = Choisir un nouveau mot de passe
mail-recover-valid =
    { $number ->
        [one] Le lien fonctionne une seule fois, pendant une minute.
       *[other] Le lien fonctionne une seule fois, pendant { $number } minutes.
    }
mail-recover-else = Si ce n’était pas vous, il n’y a rien à faire : votre mot de passe reste le même.
mail-verify-subject = Confirmez votre adresse e-mail pour { $brand }
mail-verify-lead = Cette adresse a été donnée pour un compte { $brand }. Veuillez confirmer qu’elle est à vous.
mail-verify-action = Confirmer cette adresse
mail-verify-else = Si vous n’en savez rien, il n’y a rien à faire.
mail-password-subject = Votre mot de passe { $brand } a été modifié
mail-password-lead = Le mot de passe de votre compte { $brand } a été modifié le { $when }.
mail-address-subject = Votre adresse e-mail chez { $brand } a été modifiée
mail-address-lead = L’adresse e-mail de votre compte { $brand } a été modifiée le { $when }. Les prochains messages iront à la nouvelle.
mail-phone-subject = Votre numéro de téléphone chez { $brand } a été modifié
mail-phone-lead = Le numéro de téléphone de votre compte { $brand } a été modifié le { $when }.
mail-factor-added-subject = Une application d’authentification a été ajoutée à votre compte { $brand }
mail-factor-added-lead = Une application d’authentification a été ajoutée à votre compte { $brand } le { $when }. Désormais, ses codes sont demandés, ou l’un des nouveaux codes de secours.
mail-factor-removed-subject = L’application d’authentification de votre compte { $brand } a été retirée
mail-factor-removed-lead = L’application d’authentification de votre compte { $brand } a été retirée le { $when }. Ses codes et les codes de secours ne fonctionnent plus.
mail-deleted-subject = Votre compte { $brand } a été supprimé
mail-deleted-lead = Votre compte { $brand } a été supprimé le { $when }. Ceci est le dernier message à son sujet.
mail-not-you = Si ce n’était ni vous ni une personne autorisée, contactez { $brand } sans attendre.
mail-address-again = Si le bouton ne fonctionne pas, ouvrez cette adresse dans votre navigateur :
mail-automatic = Merci de ne pas répondre à ce message : personne ne lit les réponses.
