var n=`Ese comentario ya no está aquí. Estos sí.
Mostrar desde el principio
{n} comentario nuevo|{n} comentarios nuevos
`,e=`es
ltr
Comentarios
{n} comentario|{n} comentarios
Haz clic para comentar
Orden
Más recientes
Más antiguos
Mejor valorados
Cargando…
Aún no hay comentarios. Empieza la conversación.
Cerrado. Aún puedes leer.
No se pudieron cargar los comentarios.
Reintentar
Nuevo
Deja una respuesta
Deja una respuesta…
Tu comentario
Responder a {name}
No enviado. Tu texto está a salvo aquí.
Votar a favor, {n}
Votar en contra, {n}
Más sobre el comentario de {name}
Ocultado por ti.
Mostrar
Fijado
Responder
Eliminado
En revisión
editado
Editado el {when}
en respuesta a {name}
Equipo
Autor
Ocultar {n} respuesta|Ocultar {n} respuestas
Mostrar {n} respuesta|Mostrar {n} respuestas
{n} respuesta más|{n} respuestas más
Mostrar más comentarios
Suscribirse
`,a=`Nombre
Correo electrónico
Sitio web
(opcional, nunca se muestra)
(nunca se muestra)
(opcional)
Escríbeme por
nada
respuestas a mis comentarios
todos los comentarios nuevos
La moderación lee un primer comentario antes de que aparezca.
La moderación lee cada comentario antes de que aparezca.
Cancelar
Publicar
Publicando…
Guardar
Guardando…
Publicado.
Guardado.
Primero escribe algo.
Aquí hace falta tu nombre.
Aquí hace falta tu correo. Nunca se muestra.
Esta dirección no está completa.
Qué rapidez. Puedes volver a publicar en {time}.
Acabas de publicar esto.
Tu voto no llegó. Inténtalo otra vez.
Qué rapidez. Puedes volver a intentarlo en {time}.
En espera de moderación. Solo tú puedes verlo.
En espera de moderación, por sus enlaces. Solo tú puedes verlo.
Tu cambio está en espera de moderación. Hasta entonces se ve el texto anterior.
Editar
Eliminar
{left} más
¿Eliminar para siempre?
Conservar
Eliminado.
No eliminado. Inténtalo otra vez.
Copiar enlace
Enlace copiado.
Denunciar…
Ocultar a esta persona
¿Qué tiene de malo?
Fuera de tema
Ofensivo o lleno de odio
Spam o publicidad
Contra la ley
Revela la vida privada de alguien
Otra cosa
Con tus palabras (opcional)
Enviar
Denunciado. La moderación le echará un vistazo.
No enviado.
Avisarme de
comentarios nuevos
respuestas nuevas a mis comentarios
Mira tu correo: un clic y listo.
No enviado.
Formato
Negrita
Cursiva
Enlace
Cita
Código
Lista
Vista previa
Seguir escribiendo
No se pudo cargar la vista previa.
quedan {n}
{n} carácter de más|{n} caracteres de más
Tu borrador, {when}.
Descartar
Recordar mi nombre en este navegador
Como {name}
Cambiar
Sin conexión. Se enviará cuando vuelva.
`;export{n as later,e as reading,a as writing};
