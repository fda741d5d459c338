var e=`Dieser Kommentar ist nicht mehr da. Diese schon.
Von Anfang an zeigen
{n} neuer Kommentar|{n} neue Kommentare
`,n=`de
ltr
Kommentare
{n} Kommentar|{n} Kommentare
Zum Kommentieren klicken
Reihenfolge
Neueste
Älteste
Beliebteste
Wird geladen…
Noch keine Kommentare. Wer macht den Anfang?
Geschlossen. Lesen geht weiterhin.
Die Kommentare ließen sich nicht laden.
Erneut versuchen
Neu
Kommentar schreiben
Etwas dazu schreiben…
Kommentar
Antwort an {name}
Nicht gesendet. Der Text ist hier sicher.
Dafür stimmen, {n}
Dagegen stimmen, {n}
Mehr zum Kommentar von {name}
Hier ausgeblendet.
Anzeigen
Angeheftet
Antworten
Entfernt
Wird geprüft
bearbeitet
Bearbeitet am {when}
Antwort an {name}
Team
Autor/in
{n} Antwort ausblenden|{n} Antworten ausblenden
{n} Antwort anzeigen|{n} Antworten anzeigen
{n} weitere Antwort|{n} weitere Antworten
Weitere Kommentare anzeigen
Abonnieren
`,t=`Name
E-Mail
Website
(freiwillig, wird nie angezeigt)
(wird nie angezeigt)
(freiwillig)
Per E-Mail melden
nichts
Antworten auf meine Kommentare
alle neuen Kommentare
Ein erster Kommentar wird von der Moderation gelesen, bevor er erscheint.
Jeder Kommentar wird von der Moderation gelesen, bevor er erscheint.
Abbrechen
Absenden
Wird gesendet…
Speichern
Wird gespeichert…
Veröffentlicht.
Gespeichert.
Erst etwas schreiben.
Hier fehlt der Name.
Hier fehlt die E-Mail-Adresse. Sie wird nie angezeigt.
Diese Adresse ist nicht vollständig.
Das ging schnell. Der nächste Kommentar geht in {time}.
Das wurde gerade schon gesendet.
Die Stimme ist nicht angekommen. Bitte erneut versuchen.
Das ging schnell. Der nächste Versuch geht in {time}.
Wartet auf die Moderation. Für andere noch nicht sichtbar.
Wartet wegen der Links auf die Moderation. Für andere noch nicht sichtbar.
Die Änderung wartet auf die Moderation. Bis dahin ist der frühere Text zu sehen.
Bearbeiten
Löschen
noch {left}
Endgültig löschen?
Behalten
Gelöscht.
Nicht gelöscht. Bitte erneut versuchen.
Link kopieren
Link kopiert.
Melden…
Diese Person ausblenden
Was stimmt damit nicht?
Gehört nicht zum Thema
Beleidigend oder hasserfüllt
Spam oder Werbung
Verstößt gegen das Recht
Verrät Privates über jemanden
Etwas anderes
In eigenen Worten (freiwillig)
Senden
Gemeldet. Die Moderation sieht es sich an.
Nicht gesendet.
Benachrichtigen über
neue Kommentare
neue Antworten auf meine Kommentare
Jetzt ins Postfach schauen: ein Klick, und es ist geschafft.
Nicht gesendet.
Formatierung
Fett
Kursiv
Verweis
Zitat
Programmtext
Liste
Vorschau
Weiterschreiben
Die Vorschau ließ sich nicht laden.
noch {n}
{n} Zeichen zu viel|{n} Zeichen zu viel
Entwurf, {when}.
Verwerfen
Meinen Namen in diesem Browser merken
Als {name}
Ändern
Keine Verbindung. Es wird gesendet, sobald sie wieder da ist.
`;export{e as later,n as reading,t as writing};
