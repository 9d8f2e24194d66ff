# The pages for what another device began.

device-title = Connecter un appareil
device-lead = Saisissez le code affiché par votre appareil.
device-code = Code
device-submit = Continuer
device-problem-unknown = Aucun appareil n’attend ce code. Vérifiez-le, ou demandez-en un nouveau sur l’appareil.
approval-code = L’appareil affiche le code { $code }.
approval-message = L’autre appareil affiche : { $message }
approval-warning = N’autorisez que si vous êtes à l’origine de cette demande et que l’appareil est devant vous.
decided-allowed-title = C’est fait
decided-allowed-lead = Vous pouvez continuer sur votre autre appareil.
decided-denied-title = Refusé
decided-denied-lead = Rien n’a été transmis à l’autre appareil.
decided-nothing-title = Rien ne vous attend
decided-nothing-lead = Aucun autre appareil ne demande votre accord pour le moment.
closing-title = Retour à votre conversation
closing-lead = Vous pouvez fermer cette fenêtre et reprendre là où vous en étiez.
