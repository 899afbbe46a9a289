"""The ten Rules of Engagement, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule in both languages."""

    number: int
    en: str
    es: str

    def text(self, language: str) -> str:
        """Return the rule in `language`."""
        return self.es if language == "es" else self.en


RULES: tuple[Rule, ...] = (
    Rule(1, "Appreciate your team", "Aprecie a su equipo"),
    Rule(2, "Consider options before you make a request", "Piense en opciones antes de pedir algo"),
    Rule(
        3,
        "Listen deeper; answer after you understand",
        "Escuche con atención; responda después de entender",
    ),
    Rule(4, 'Ask "can you?", do not tell', "Pregunte «¿puede usted?», no ordene"),
    Rule(5, "Walk in the other group's shoes", "Póngase en el lugar del otro grupo"),
    Rule(
        6,
        "State the issue and what the customer expects",
        "Diga cuál es el problema y qué espera el cliente",
    ),
    Rule(7, "Meet in person at least once a month", "Reúnanse en persona al menos una vez al mes"),
    Rule(
        8,
        "Be in regular contact when nothing is wrong",
        "Hablen con frecuencia cuando no hay problemas",
    ),
    Rule(
        9,
        "Be genuine, honest and respectful",
        "Sea auténtico, honesto y respetuoso",
    ),
    Rule(
        10,
        "Protect your reputation and your customers together",
        "Protejan juntos su reputación y a sus clientes",
    ),
)
