# Las páginas de quien ha olvidado su contraseña.

recover-title = ¿Ha olvidado su contraseña?
recover-lead = Díganos quién es y le enviaremos un enlace con el que podrá elegir una nueva.
recover-submit = Enviar el enlace
recover-back = Volver al inicio de sesión
recover-sent-title = Mire su correo
recover-sent-lead =
    { $number ->
        [one] Si conocemos una cuenta con ese nombre, hay un enlace en camino a su dirección de correo. Sirve una sola vez, durante un minuto.
       *[other] Si conocemos una cuenta con ese nombre, hay un enlace en camino a su dirección de correo. Sirve una sola vez, durante { $number } minutos.
    }
mail-help = ¿No ha llegado nada? Mire también en el correo no deseado y espere unos minutos antes de pedirlo de nuevo.
new-password-title = Elija una contraseña nueva
new-password-lead = Para su cuenta { $user } en { $brand }.
new-password-label = Contraseña nueva
new-password-ends = Se cerrará su sesión en todos los navegadores y aplicaciones.
new-password-submit = Guardar la contraseña nueva
recover-done-title = Su contraseña nueva está guardada
recover-done-lead = Su sesión está cerrada en todas partes. Inicie sesión ahora con la contraseña nueva.

# Qué tiene de malo una contraseña.

password-problem-short =
    { $number ->
        [one] Use al menos un carácter.
       *[other] Use al menos { $number } caracteres.
    }
password-problem-long = Esta contraseña es más larga de lo que admitimos. Elija una más corta.
password-problem-common = Es una de las contraseñas que se adivinan primero. Elija otra.
password-problem-breached = Esta contraseña se ha dado a conocer en otro sitio. Elija otra.
password-problem-unchecked = No podemos comprobar esta contraseña en este momento. Inténtelo más tarde.
password-problem-context = No componga la contraseña con su nombre, su dirección de correo o nuestro nombre.
password-problem-repeated = No repita un patrón corto. Elija algo menos regular.

# La página propia: la contraseña y la dirección.

me-password = Su contraseña
me-password-current = Contraseña actual
me-password-others = Se cerrará su sesión en todos los demás sitios.
me-password-submit = Cambiar la contraseña
me-password-wrong = La contraseña actual no es correcta.
me-back = Volver a su cuenta
password-changed-title = Su contraseña ha cambiado
password-changed-lead = Use la nueva a partir de ahora.
me-address = Su dirección de correo
me-address-unproved = { $email } aún no está confirmada.
me-address-proved = { $email } está confirmada.
me-address-submit = Enviarme un enlace para confirmarla
address-sent-title = Mire su correo
address-sent-lead = Hay un enlace en camino a su dirección de correo. Ábralo para confirmar que la dirección es suya.
address-title = Confirme su dirección de correo
address-lead = { $email } pertenece a una cuenta en { $brand }. ¿Es la suya?
address-submit = Sí, es la mía
address-proved-title = Su dirección de correo está confirmada
address-proved-lead = Gracias. Puede continuar donde estaba.
