using MudBlazor;

namespace KpsCrm.Web.Layout;

/// <summary>Slate surfaces, the firm's navy and gold; the dark palette is chosen, not inverted.</summary>
public static class KpsTheme
{
    private static readonly string[] Inter = ["Inter Variable", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new() { DefaultBorderRadius = "8px" },
        Typography = new()
        {
            Default = new DefaultTypography { FontFamily = Inter, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Inter, FontSize = "0.875rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Inter, FontSize = "0.875rem", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Inter, FontSize = "0.875rem", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Inter, FontSize = "1rem", FontWeight = "650", LetterSpacing = "0" },
        },
        PaletteLight = new PaletteLight
        {
            Primary = "#1F2A44",
            PrimaryContrastText = "#FFFFFF",
            Secondary = "#475569",
            Tertiary = "#D4AF37",
            Background = "#F6F7F9",
            Surface = "#FFFFFF",
            AppbarBackground = "#FFFFFF",
            TextPrimary = "#0F172A",
            TextSecondary = "#4B5768",
            LinesDefault = "#E2E6EC",
            Divider = "#E2E6EC",
            TableLines = "#E2E6EC",
            ActionDefault = "#475569",
            Success = "#15803D",
            Warning = "#B45309",
            Error = "#B91C1C",
            Info = "#1D4ED8",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#A9BCE8",
            PrimaryContrastText = "#0F1626",
            Secondary = "#9AA7BA",
            Tertiary = "#D4AF37",
            Background = "#0D121C",
            Surface = "#151C29",
            AppbarBackground = "#151C29",
            DrawerBackground = "#151C29",
            TextPrimary = "#E8ECF3",
            TextSecondary = "#A3AEC0",
            LinesDefault = "#273044",
            Divider = "#273044",
            TableLines = "#273044",
            ActionDefault = "#A3AEC0",
            Success = "#4ADE80",
            Warning = "#FBBF24",
            Error = "#F87171",
            Info = "#93B4FF",
        },
    };
}
