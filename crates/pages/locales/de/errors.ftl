# Eine Überschrift und ein Satz je Art von Fehler.

error-request-id = Anfragenummer

error-invalid-request-title = Diesem Link können wir nicht folgen
error-invalid-request-message = Die Anfrage der App, von der Sie kommen, ist unvollständig oder ungültig.

error-repeated-parameter-title = Diesem Link können wir nicht folgen
error-repeated-parameter-message = Die App, von der Sie kommen, hat denselben Parameter mehrfach angegeben.

error-unknown-client-title = Diese App kennen wir nicht
error-unknown-client-message = Die App, von der Sie kommen, ist bei uns nicht registriert.

error-client-unavailable-title = Diese App ist abgeschaltet
error-client-unavailable-message = Die App, von der Sie kommen, darf zurzeit niemanden anmelden.

error-redirect-uri-title = Wir können Sie nicht sicher zurückbringen
error-redirect-uri-message = Die App, von der Sie kommen, nennt eine Rückkehradresse, die für sie nicht registriert ist.

error-request-object-title = Dieser Anfrage können wir nicht trauen
error-request-object-message = Die Signatur der App, von der Sie kommen, ließ sich nicht bestätigen.

error-request-uri-title = Dieser Link ist verbraucht
error-request-uri-message = Die Anfrage hinter diesem Link wurde schon verwendet oder ist abgelaufen.

error-expired-link-title = Dieser Link gilt nicht mehr
error-expired-link-message = Er wurde schon benutzt, ist zu alt, oder seither hat sich etwas geändert, bitte fordern Sie einen neuen an.

error-too-large-title = Diese Anfrage ist zu groß
error-too-large-message = Die App, von der Sie kommen, hat mehr geschickt, als wir annehmen.

error-expired-interaction-title = Diese Seite ist abgelaufen
error-expired-interaction-message = Das hat zu lange gedauert oder ist schon erledigt; bitte gehen Sie zurück zur App und beginnen Sie von vorn.

error-other-browser-title = Bitte beginnen Sie hier von vorn
error-other-browser-message = Das wurde in einem anderen Browser begonnen; bitte gehen Sie zurück zur App und beginnen Sie in diesem Browser von vorn.

error-no-cookie-title = Wir brauchen ein Cookie
error-no-cookie-message = Ihr Browser hat unser Cookie nicht mitgeschickt; bitte erlauben Sie Cookies für diese Website und beginnen Sie von vorn.

error-csrf-title = Dieses Formular konnten wir nicht annehmen
error-csrf-message = Das Formular ist zu alt oder kam nicht von unserer eigenen Seite; bitte gehen Sie zurück und versuchen Sie es noch einmal.

error-logout-request-title = Diesem Link können wir nicht folgen
error-logout-request-message = Die App, von der Sie kommen, hat eine ungültige Anfrage zum Abmelden gestellt.

error-account-unavailable-title = Die Anmeldung ist abgeschaltet
error-account-unavailable-message = Zurzeit kann sich hier niemand anmelden.

error-sign-in-refused-title = Die Anmeldung hat nicht geklappt
error-sign-in-refused-message = Die Anmeldung Ihres Unternehmens hat Sie hier nicht eingelassen; bitte versuchen Sie es noch einmal, oder fragen Sie, wer Ihr Konto verwaltet.

error-rate-limited-title = Bitte warten Sie einen Moment
error-rate-limited-message = Es gab zu viele Versuche; bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.

error-busy-title = Gerade ist viel los
error-busy-message = Es gibt im Moment mehr zu tun, als wir schaffen; bitte versuchen Sie es gleich noch einmal.

error-not-found-title = Diese Seite gibt es nicht
error-not-found-message = Unter dieser Adresse gibt es keine Seite.

error-method-not-allowed-title = Das geht hier nicht
error-method-not-allowed-message = Diese Seite lässt sich so nicht verwenden.

error-unsupported-media-type-title = Das geht hier nicht
error-unsupported-media-type-message = Das Formular kam in einem Format, das wir nicht annehmen.

error-misdirected-request-title = Hier wohnt niemand
error-misdirected-request-message = Unter dieser Adresse gibt es keine Website.

error-internal-title = Etwas ist schiefgegangen
error-internal-message = Der Fehler liegt bei uns; bitte versuchen Sie es gleich noch einmal.
