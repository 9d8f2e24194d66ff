# Un titre et une phrase par type d’erreur.

error-request-id = Numéro de requête

error-invalid-request-title = Ce lien ne mène nulle part
error-invalid-request-message = La demande de l’application d’où vous venez est incomplète ou non valide.

error-repeated-parameter-title = Ce lien ne mène nulle part
error-repeated-parameter-message = L’application d’où vous venez a indiqué plusieurs fois le même paramètre.

error-unknown-client-title = Nous ne connaissons pas cette application
error-unknown-client-message = L’application d’où vous venez n’est pas enregistrée chez nous.

error-client-unavailable-title = Cette application est désactivée
error-client-unavailable-message = L’application d’où vous venez ne peut connecter personne pour le moment.

error-redirect-uri-title = Nous ne pouvons pas vous renvoyer en sécurité
error-redirect-uri-message = L’application d’où vous venez indique une adresse de retour qui n’est pas enregistrée pour elle.

error-request-object-title = Nous ne pouvons pas nous fier à cette demande
error-request-object-message = La signature de l’application d’où vous venez n’a pas pu être vérifiée.

error-request-uri-title = Ce lien a déjà servi
error-request-uri-message = La demande liée à cette adresse a déjà été utilisée ou a expiré.

error-expired-link-title = Ce lien ne fonctionne plus
error-expired-link-message = Il a déjà servi, il est trop ancien, ou quelque chose a changé depuis, veuillez donc en demander un nouveau.

error-too-large-title = Cette demande est trop volumineuse
error-too-large-message = L’application d’où vous venez a envoyé plus que ce que nous acceptons.

error-expired-interaction-title = Cette page a expiré
error-expired-interaction-message = L’opération a pris trop de temps ou est déjà terminée ; revenez à l’application et recommencez.

error-other-browser-title = Recommencez ici
error-other-browser-message = L’opération a été commencée dans un autre navigateur ; revenez à l’application et recommencez dans celui-ci.

error-no-cookie-title = Nous avons besoin d’un cookie
error-no-cookie-message = Votre navigateur n’a pas envoyé notre cookie ; autorisez les cookies pour ce site et recommencez.

error-csrf-title = Nous n’avons pas pu accepter ce formulaire
error-csrf-message = Le formulaire est trop ancien ou ne vient pas de notre propre page ; revenez en arrière et réessayez.

error-logout-request-title = Ce lien ne mène nulle part
error-logout-request-message = La demande de déconnexion de l’application d’où vous venez n’est pas valide.

error-account-unavailable-title = La connexion est désactivée
error-account-unavailable-message = Personne ne peut se connecter ici pour le moment.

error-sign-in-refused-title = La connexion a échoué
error-sign-in-refused-message = La connexion de votre entreprise ne vous a pas ouvert l’accès ; réessayez, ou adressez-vous à la personne qui administre votre compte.

error-rate-limited-title = Patientez un instant
error-rate-limited-message = Il y a eu trop de tentatives ; patientez un instant, puis réessayez.

error-busy-title = Nous sommes très sollicités
error-busy-message = Nous avons trop à faire en ce moment ; réessayez dans un instant.

error-not-found-title = Cette page n’existe pas
error-not-found-message = Il n’y a pas de page à cette adresse.

error-method-not-allowed-title = Ce n’est pas possible ici
error-method-not-allowed-message = Cette page ne s’utilise pas de cette façon.

error-unsupported-media-type-title = Ce n’est pas possible ici
error-unsupported-media-type-message = Le formulaire est arrivé dans un format que nous n’acceptons pas.

error-misdirected-request-title = Personne n’habite ici
error-misdirected-request-message = Il n’y a pas de site à cette adresse.

error-internal-title = Un problème est survenu
error-internal-message = L’erreur vient de chez nous ; réessayez dans un instant.
