# Lo que dicen varias páginas.

error-prefix = Error:
onward = Continuar a { $client }
