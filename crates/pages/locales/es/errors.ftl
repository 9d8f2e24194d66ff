# Un título y una frase por cada tipo de error.

error-request-id = Número de solicitud

error-invalid-request-title = No podemos seguir este enlace
error-invalid-request-message = La solicitud de la aplicación desde la que vienes está incompleta o no es válida.

error-repeated-parameter-title = No podemos seguir este enlace
error-repeated-parameter-message = La aplicación desde la que vienes ha indicado el mismo parámetro más de una vez.

error-unknown-client-title = No conocemos esta aplicación
error-unknown-client-message = La aplicación desde la que vienes no está registrada con nosotros.

error-client-unavailable-title = Esta aplicación está desactivada
error-client-unavailable-message = La aplicación desde la que vienes no puede iniciar sesiones en este momento.

error-redirect-uri-title = No podemos llevarte de vuelta con seguridad
error-redirect-uri-message = La aplicación desde la que vienes indica una dirección de retorno que no tiene registrada.

error-request-object-title = No podemos fiarnos de esta solicitud
error-request-object-message = No se ha podido verificar la firma de la aplicación desde la que vienes.

error-request-uri-title = Este enlace ya se ha usado
error-request-uri-message = La solicitud de este enlace ya se ha usado o ha caducado.

error-expired-link-title = Este enlace ya no funciona
error-expired-link-message = Ya se ha usado, es demasiado antiguo o algo ha cambiado desde entonces, así que pida uno nuevo.

error-too-large-title = Esta solicitud es demasiado grande
error-too-large-message = La aplicación desde la que vienes ha enviado más de lo que aceptamos.

error-expired-interaction-title = Esta página ha caducado
error-expired-interaction-message = Ha pasado demasiado tiempo o ya se había completado, así que vuelve a la aplicación y empieza de nuevo.

error-other-browser-title = Empieza de nuevo aquí
error-other-browser-message = Esto se empezó en otro navegador, así que vuelve a la aplicación y empieza de nuevo en este.

error-no-cookie-title = Necesitamos una cookie
error-no-cookie-message = Tu navegador no ha enviado nuestra cookie, así que permite las cookies en este sitio y empieza de nuevo.

error-csrf-title = No hemos podido aceptar este formulario
error-csrf-message = El formulario es demasiado antiguo o no viene de nuestra propia página, así que vuelve atrás e inténtalo de nuevo.

error-logout-request-title = No podemos seguir este enlace
error-logout-request-message = La solicitud de cierre de sesión de la aplicación desde la que vienes no es válida.

error-account-unavailable-title = El inicio de sesión está desactivado
error-account-unavailable-message = Nadie puede iniciar sesión aquí en este momento.

error-sign-in-refused-title = No se pudo iniciar la sesión
error-sign-in-refused-message = El inicio de sesión de tu empresa no te ha dado acceso aquí, así que inténtalo de nuevo o pregunta a quien administra tu cuenta.

error-rate-limited-title = Espera un momento
error-rate-limited-message = Ha habido demasiados intentos, así que espera un momento y vuelve a intentarlo.

error-busy-title = Estamos muy ocupados
error-busy-message = En este momento hay más trabajo del que podemos atender, así que vuelve a intentarlo en breve.

error-not-found-title = Esta página no existe
error-not-found-message = No hay ninguna página en esta dirección.

error-method-not-allowed-title = Eso no se puede hacer aquí
error-method-not-allowed-message = Esta página no se puede usar de ese modo.

error-unsupported-media-type-title = Eso no se puede hacer aquí
error-unsupported-media-type-message = El formulario ha llegado en un formato que no aceptamos.

error-misdirected-request-title = Aquí no vive nadie
error-misdirected-request-message = No hay ningún sitio web en esta dirección.

error-internal-title = Algo ha salido mal
error-internal-message = El fallo es nuestro, así que vuelve a intentarlo en un momento.
