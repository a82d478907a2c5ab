"""Three looks: dark, light and high contrast. One accent, one warning colour; the rest is what is written and what is context."""
from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="deskbook-dark",
    primary="#7fb4ca",
    secondary="#8a93a3",
    accent="#7fb4ca",
    warning="#e6a65d",
    error="#e6a65d",
    success="#7fb4ca",
    foreground="#d6d9de",
    background="#16191d",
    surface="#1c2025",
    panel="#252a31",
    dark=True,
    variables={
        "block-cursor-background": "#2b3a44",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#252a31",
        "block-cursor-blurred-foreground": "#d6d9de",
        "border": "#7fb4ca",
        "border-blurred": "#3a414b",
        "footer-key-foreground": "#7fb4ca",
        "input-selection-background": "#7fb4ca 35%",
    },
)

LIGHT = Theme(
    name="deskbook-light",
    primary="#1f5f82",
    secondary="#5d6672",
    accent="#1f5f82",
    warning="#a34e00",
    error="#a34e00",
    success="#1f5f82",
    foreground="#1d2126",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e8e5de",
    dark=False,
    variables={
        "block-cursor-background": "#d3e3ec",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e8e5de",
        "block-cursor-blurred-foreground": "#1d2126",
        "border": "#1f5f82",
        "border-blurred": "#c3beb3",
        "footer-key-foreground": "#1f5f82",
        "input-selection-background": "#1f5f82 30%",
    },
)

CONTRAST = Theme(
    name="deskbook-contrast",
    primary="#ffff00",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffffff",
    error="#ffffff",
    success="#ffffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    luminosity_spread=0,
    text_alpha=1.0,
    variables={
        # No shades: what is dim elsewhere is as bright as the rest here, and shape alone tells it apart.
        "text": "#ffffff",
        "text-muted": "#ffffff",
        "text-disabled": "#ffffff",
        "foreground-muted": "#ffffff",
        "foreground-disabled": "#ffffff",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#ffffff",
        "block-cursor-blurred-foreground": "#000000",
        "border": "#ffff00",
        "border-blurred": "#ffffff",
        "footer-key-foreground": "#ffff00",
        "input-selection-background": "#ffff00",
        "input-selection-foreground": "#000000",
        "input-cursor-background": "#ffff00",
        "input-cursor-foreground": "#000000",
        "scrollbar": "#ffffff",
        "scrollbar-background": "#000000",
    },
)

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
"""By the name the settings give them."""
