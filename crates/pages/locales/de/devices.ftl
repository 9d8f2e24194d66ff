# The pages for what another device began.

device-title = Gerät verbinden
device-lead = Geben Sie den Code ein, den Ihr Gerät anzeigt.
device-code = Code
device-submit = Weiter
device-problem-unknown = Kein Gerät wartet auf diesen Code. Bitte prüfen Sie ihn, oder holen Sie sich am Gerät einen neuen.
approval-code = Das Gerät zeigt den Code { $code }.
approval-message = Das andere Gerät zeigt: { $message }
approval-warning = Stimmen Sie nur zu, wenn Sie das selbst begonnen haben und das Gerät vor Ihnen steht.
decided-allowed-title = Fertig
decided-allowed-lead = Sie können an Ihrem anderen Gerät weitermachen.
decided-denied-title = Abgelehnt
decided-denied-lead = Mit dem anderen Gerät wurde nichts geteilt.
decided-nothing-title = Nichts wartet auf Sie
decided-nothing-lead = Im Moment bittet kein anderes Gerät um Ihre Zustimmung.
closing-title = Zurück zu Ihrem Gespräch
closing-lead = Sie können dieses Fenster schließen und dort weitermachen, wo Sie waren.
