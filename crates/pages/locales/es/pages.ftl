# La página de inicio de sesión.

login-title = Iniciar sesión
login-lead = Con tu cuenta de { $brand }.
login-lead-client = para continuar a { $client }
login-heading-again = Vuelve a iniciar sesión
login-lead-again = Confirma que eres tú antes de continuar.
login-username = Correo electrónico o nombre de usuario
login-password = Contraseña
login-show-password = Mostrar
login-hide-password = Ocultar
login-remember = Mantener la sesión iniciada
login-recover = ¿Has olvidado la contraseña?
login-submit = Iniciar sesión
login-cancel = Cancelar
login-new-here = ¿Es tu primera vez en { $brand }?
login-register = Crear una cuenta
login-registered = Ahora inicia sesión con la contraseña que acabas de elegir. Si ya tenías una cuenta con este nombre, usa la contraseña de esa cuenta.
login-problem-credentials = El nombre de usuario o la contraseña no son correctos. Revísalos y vuelve a intentarlo.
login-problem-throttled = Demasiados intentos. Espera un momento y vuelve a intentarlo.
login-problem-throttled-for =
    { $number ->
        [one] Demasiados intentos. Vuelve a intentarlo dentro de un segundo.
       *[other] Demasiados intentos. Vuelve a intentarlo dentro de { $number } segundos.
    }

# La autorización.

consent-title = Permitir { $client }
consent-heading = { $client } quiere usar tu cuenta de { $brand }
consent-user = Has iniciado sesión como { $user }.
consent-scopes = Lo que pide { $client }
consent-redirect = Tu respuesta se enviará a { $host }.
consent-allow = Permitir
consent-deny = No permitir
consent-about = Más sobre { $client }:
consent-policy = Política de privacidad
consent-terms = Condiciones del servicio

# Lo que pide un cliente: una línea por petición.

scope-openid = Reconocerte cuando vuelvas
scope-profile = Ver tu perfil: nombre, foto, fecha de nacimiento, género, idioma
scope-email = Ver tu correo electrónico
scope-phone = Ver tu número de teléfono
scope-address = Ver tu dirección postal
scope-offline-access = Mantener este acceso cuando no estés
scope-other = Usar el permiso { $scope }

# Las páginas de cierre de sesión, y la que no lleva a ningún cliente.

logout-title = Cerrar sesión
logout-heading = ¿Quieres cerrar sesión?
logout-lead = Tienes la sesión iniciada en { $brand }.
logout-lead-user = Tienes la sesión iniciada en { $brand } como { $user }.
logout-client = Lo ha pedido { $client }.
logout-confirm = Cerrar sesión
logout-all = Cerrar sesión en todas las cuentas de aquí
logout-stay = Mantener la sesión iniciada
logged-out-title = Has cerrado sesión
logged-out-lead = Has salido de tu cuenta de { $brand } en este navegador.
logged-out-shared = Si compartes este dispositivo, cierra también todas las ventanas del navegador.
signed-in-title = Has iniciado sesión
signed-in-lead = Te damos la bienvenida a { $brand }, { $user }.
me-apps = Aplicaciones que puedes abrir
me-sessions = Dónde has iniciado sesión
me-session = Iniciada el { $since }, usada por última vez el { $used }.
me-this = Este navegador.
me-end-session = Cerrar esa sesión
me-consents = Lo que has permitido
me-consent = { $client } puede usar: { $scopes }. Desde el { $since }.
me-revoke = Retirar
me-end-all-lead = Cierra tu sesión en todos los navegadores y retira el acceso de todas las aplicaciones.
me-end-all = Cerrar sesión en todas partes

# La página que lleva una respuesta a un cliente.

form-post-title = Un momento
form-post-lead = Te llevamos a { $client }.
form-post-continue = Continuar

# The page on which an account is made, and the one on which one is chosen.

register-title = Crear una cuenta
register-lead = Una sola cuenta para todo { $brand }.
register-name = Tu nombre
register-email = Correo electrónico
register-submit = Crear cuenta
register-have = ¿Ya tienes una cuenta?
register-problem-details = No se puede crear una cuenta con estos datos. Comprueba tu correo electrónico y tu nombre.
register-problem-password = Elige una contraseña más larga que no sea fácil de adivinar.
choose-title = Elige una cuenta
choose-continue = Continuar como { $user }
choose-other = Usar otra cuenta
