"""TABLE: "You said, we did" of the simulated company, by month of the story, in both languages."""

from typing import TypeAlias

Texts: TypeAlias = dict[str, str]

# Place of the survey (0 is the first) -> what was said, what was done. Some boxes stay empty.
BOXES: dict[int, tuple[Texts, Texts]] = {
    1: (
        {
            "en": "Operations hears of large orders too late (simulated).",
            "es": "Operaciones se entera tarde de los pedidos grandes (simulado).",
        },
        {
            "en": "Sales shares its list of likely orders every Monday.",
            "es": "Ventas comparte cada lunes su lista de pedidos probables.",
        },
    ),
    3: (
        {
            "en": "Nobody knows why an order is a rush order (simulated).",
            "es": "Nadie sabe por qué un pedido es urgente (simulado).",
        },
        {
            "en": "A rush order now names its reason and who agreed to it.",
            "es": "Cada pedido urgente indica ahora su motivo y quién lo aceptó.",
        },
    ),
    4: (
        {
            "en": "Sales learns from the customer that a delivery is late (simulated).",
            "es": "Ventas se entera por el cliente de que una entrega se retrasa (simulado).",
        },
        {
            "en": "Operations calls the seller before noon when a date is at risk.",
            "es": "Operaciones llama al vendedor antes del mediodía si una fecha peligra.",
        },
    ),
    6: (
        {
            "en": "We talk to each other only when something is wrong (simulated).",
            "es": "Solo hablamos cuando algo va mal (simulado).",
        },
        {
            "en": "Both groups have coffee together on the first Tuesday of the month.",
            "es": "Los dos grupos toman café juntos el primer martes del mes.",
        },
    ),
    8: (
        {
            "en": "Good work is seldom mentioned (simulated).",
            "es": "El buen trabajo se menciona pocas veces (simulado).",
        },
        {
            "en": "The monthly meeting begins with thanks from each group to the other.",
            "es": "La reunión mensual empieza con un agradecimiento de cada grupo al otro.",
        },
    ),
    11: (
        {
            "en": "Promised dates change without a word (simulated).",
            "es": "Las fechas prometidas cambian sin aviso (simulado).",
        },
        {
            "en": "Whoever changes a date writes to both groups on the same day.",
            "es": "Quien cambia una fecha escribe a los dos grupos el mismo día.",
        },
    ),
    14: (
        {
            "en": "New people do not know the other group (simulated).",
            "es": "Los nuevos no conocen al otro grupo (simulado).",
        },
        {
            "en": "Everybody new spends a day in the other group.",
            "es": "Cada persona nueva pasa un día en el otro grupo.",
        },
    ),
}
