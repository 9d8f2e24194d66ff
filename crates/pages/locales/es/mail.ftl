# Lo que se envía a las personas: un asunto, y lo que dice.

mail-recover-subject = Elige una contraseña nueva para { $brand }
mail-recover-lead = Alguien, seguramente tú, ha pedido una contraseña nueva para tu cuenta de { $brand }.
mail-recover-action = Elegir una contraseña nueva
mail-recover-valid =
    { $number ->
        [one] El enlace funciona una vez, durante un minuto.
       *[other] El enlace funciona una vez, durante { $number } minutos.
    }
mail-recover-else = Si no has sido tú, no tienes que hacer nada: tu contraseña sigue como está.
mail-verify-subject = Confirma tu dirección de correo para { $brand }
mail-verify-lead = Esta dirección se ha indicado para una cuenta de { $brand }. Confirma que es tuya.
mail-verify-action = Confirmar esta dirección
mail-verify-else = Si no sabes nada de esto, no tienes que hacer nada.
mail-password-subject = Se ha cambiado tu contraseña de { $brand }
mail-password-lead = La contraseña de tu cuenta de { $brand } se cambió el { $when }.
mail-address-subject = Se ha cambiado tu dirección de correo en { $brand }
mail-address-lead = La dirección de correo de tu cuenta de { $brand } se cambió el { $when }. Los próximos mensajes irán a la nueva.
mail-phone-subject = Se ha cambiado tu número de teléfono en { $brand }
mail-phone-lead = El número de teléfono de tu cuenta de { $brand } se cambió el { $when }.
mail-factor-added-subject = Se ha añadido un autenticador a tu cuenta de { $brand }
mail-factor-added-lead = Se añadió un autenticador a tu cuenta de { $brand } el { $when }. Desde ahora se piden sus códigos, o uno de los nuevos códigos de recuperación.
mail-factor-removed-subject = Se ha quitado el autenticador de tu cuenta de { $brand }
mail-factor-removed-lead = El autenticador de tu cuenta de { $brand } se quitó el { $when }. Sus códigos y los de recuperación ya no funcionan.
mail-deleted-subject = Se ha eliminado tu cuenta de { $brand }
mail-deleted-lead = Tu cuenta de { $brand } se eliminó el { $when }. Este es el último mensaje sobre ella.
mail-not-you = Si no has sido tú ni nadie que pueda hacerlo, ponte en contacto con { $brand } enseguida.
mail-address-again = Si el botón no funciona, abre esta dirección en tu navegador:
mail-automatic = No respondas a este mensaje: nadie lee las respuestas.
