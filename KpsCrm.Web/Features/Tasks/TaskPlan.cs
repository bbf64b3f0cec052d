using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>When the bell rings, counted from when the task is due; without a time that is eight in the morning.</summary>
public enum Reminder
{
    None,
    AtThatTime,
    QuarterBefore,
    HourBefore,
    DayBefore,
}

/// <summary>What a person writes into the form of a task, and its limits.</summary>
public sealed record TaskPlan
{
    public static readonly TimeOnly Morning = new(8, 0);

    public TaskKind Kind { get; set; }
    public string? Title { get; set; }

    /// <summary>A day of the company's calendar.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>A time of the company's clock.</summary>
    public TimeOnly? DueAt { get; set; }

    public int? OwnerId { get; set; }
    public Reminder Reminder { get; set; }
    public bool RemindByMail { get; set; }
    public string? Note { get; set; }

    /// <summary>A call, mail or meeting needs no words of its own.</summary>
    internal string? CleanTitle => Normalising.Line(Title) ?? (Kind == TaskKind.ToDo ? null : Words.Of(Kind));

    internal string? CleanNote => Normalising.Text(Note);

    /// <summary>UTC.</summary>
    public DateTime? RemindAt(CompanyOptions company) => DueOn is not { } day ? null : (Reminder, DueAt) switch
    {
        (Reminder.None, _) => null,
        (Reminder.DayBefore, _) => company.MomentOf(day.AddDays(-1), DueAt ?? Morning),
        (Reminder.QuarterBefore, { } time) => company.MomentOf(day, time).AddMinutes(-15),
        (Reminder.HourBefore, { } time) => company.MomentOf(day, time).AddHours(-1),
        _ => company.MomentOf(day, DueAt ?? Morning),
    };

    /// <summary>What has to be mended, field by field.</summary>
    public IReadOnlyList<Problem> Check() => [.. Problems().Where(p => p.Sentence is not null).Select(p => new Problem(p.Field, p.Sentence!))];

    private IEnumerable<(string Field, string? Sentence)> Problems()
    {
        yield return (nameof(Title), CleanTitle is null ? "Write what is to be done." : FieldRules.TooLong("title", CleanTitle, TaskItem.TitleMaxLength));
        yield return (nameof(DueOn), DueOn is null ? "Choose a day." : DueOn.Value.Year is < 2000 or > 2100 ? "Choose a day between the years 2000 and 2100." : null);
        yield return (nameof(OwnerId), OwnerId is null ? "Choose who does it." : null);
        yield return (nameof(Note), FieldRules.TooLong("note", CleanNote, TaskItem.NoteMaxLength));
    }

    /// <summary>The form of a task that is there.</summary>
    public static TaskPlan Of(TaskRow task, CompanyOptions company)
    {
        var plan = new TaskPlan { Kind = task.Kind, Title = task.Title, DueOn = task.DueOn, DueAt = task.DueAt, OwnerId = task.OwnerId, RemindByMail = task.RemindByMail, Note = task.Note };
        plan.Reminder = task.RemindAt is null ? Reminder.None : Enum.GetValues<Reminder>().FirstOrDefault(r => (plan with { Reminder = r }).RemindAt(company) == task.RemindAt, Reminder.AtThatTime);
        return plan;
    }
}
