# The pages for what another device began.

device-title = Conectar un dispositivo
device-lead = Escribe el código que muestra tu dispositivo.
device-code = Código
device-submit = Continuar
device-problem-unknown = Ningún dispositivo espera este código. Compruébalo o pide uno nuevo en el dispositivo.
approval-code = El dispositivo muestra el código { $code }.
approval-message = El otro dispositivo muestra: { $message }
approval-warning = Permítelo solo si lo has iniciado tú y tienes el dispositivo delante.
decided-allowed-title = Listo
decided-allowed-lead = Puedes continuar en tu otro dispositivo.
decided-denied-title = Rechazado
decided-denied-lead = No se ha compartido nada con el otro dispositivo.
decided-nothing-title = No hay nada pendiente
decided-nothing-lead = Ningún otro dispositivo pide tu aprobación en este momento.
closing-title = Volver a su conversación
closing-lead = Puede cerrar esta ventana y seguir donde estaba.
