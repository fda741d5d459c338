var e=`Ce commentaire n’est plus ici. Ceux-ci, si.
Afficher depuis le début
{n} nouveau commentaire|{n} nouveaux commentaires
`,n=`fr
ltr
Commentaires
{n} commentaire|{n} commentaires
Cliquez pour commenter
Ordre
Plus récents
Plus anciens
Mieux notés
Chargement…
Aucun commentaire pour l’instant. Lancez la conversation.
Fermé. La lecture reste ouverte.
Les commentaires n’ont pas pu être chargés.
Réessayer
Nouveau
Laisser une réponse
Laissez une réponse…
Votre commentaire
Répondre à {name}
Non envoyé. Votre texte est en sécurité ici.
Voter pour, {n}
Voter contre, {n}
Plus sur le commentaire de {name}
Masqué par vous.
Afficher
Épinglé
Répondre
Retiré
En cours d’examen
modifié
Modifié le {when}
en réponse à {name}
Équipe
Auteur
Masquer {n} réponse|Masquer {n} réponses
Afficher {n} réponse|Afficher {n} réponses
{n} autre réponse|{n} autres réponses
Afficher plus de commentaires
S’abonner
`,r=`Nom
E-mail
Site web
(facultatif, jamais affiché)
(jamais affiché)
(facultatif)
M’écrire pour
rien
les réponses à mes commentaires
tous les nouveaux commentaires
Un premier commentaire est lu par la modération avant de paraître.
Chaque commentaire est lu par la modération avant de paraître.
Annuler
Publier
Envoi…
Enregistrer
Enregistrement…
Publié.
Enregistré.
Écrivez d’abord quelque chose.
Votre nom est nécessaire ici.
Votre e-mail est nécessaire ici. Il n’est jamais affiché.
Cette adresse n’est pas complète.
C’était rapide. Vous pourrez publier à nouveau dans {time}.
Vous venez de publier cela.
Votre vote n’est pas arrivé. Réessayez.
C’était rapide. Vous pourrez réessayer dans {time}.
En attente de modération. Vous seul voyez ceci.
En attente de modération, à cause de ses liens. Vous seul voyez ceci.
Votre modification est en attente de modération. D’ici là, on voit le texte précédent.
Modifier
Supprimer
encore {left}
Supprimer définitivement ?
Garder
Supprimé.
Non supprimé. Réessayez.
Copier le lien
Lien copié.
Signaler…
Masquer cette personne
Qu’est-ce qui ne va pas ?
Hors sujet
Insultant ou haineux
Spam ou publicité
Contraire à la loi
Dévoile la vie privée de quelqu’un
Autre chose
Avec vos mots (facultatif)
Envoyer
Signalé. La modération va regarder.
Non envoyé.
M’avertir pour
les nouveaux commentaires
les nouvelles réponses à mes commentaires
Regardez vos e-mails : un clic et c’est fait.
Non envoyé.
Mise en forme
Gras
Italique
Lien
Citation
Code informatique
Liste
Aperçu
Continuer à écrire
L’aperçu n’a pas pu être chargé.
encore {n}
{n} caractère de trop|{n} caractères de trop
Votre brouillon, {when}.
Abandonner
Retenir mon nom dans ce navigateur
En tant que {name}
Changer
Vous êtes hors ligne. Ce sera envoyé à votre retour.
`;export{e as later,n as reading,r as writing};
