using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Create;

/// <summary>What the parts of one form share.</summary>
/// <param name="isNew">Blank fields get a default; in an existing record they are the record's.</param>
public sealed class FormState(Typed typed, bool isNew, IReadOnlyList<Person> people, Action changed)
{
    private readonly Dictionary<string, string> _problems = [];
    private readonly Dictionary<string, Contest> _contests = [];

    public Typed Typed => typed;

    public bool IsNew => isNew;

    public IReadOnlyList<Person> People => people;

    public bool HasProblems => _problems.Count + _contests.Count > 0;

    public string? ProblemOf(string key) => _problems.GetValueOrDefault(key);

    public Contest? ContestOf(string key) => _contests.GetValueOrDefault(key);

    public void Type(string key, string? text)
    {
        typed[key] = text ?? "";
        _problems.Remove(key);
        changed();
    }

    /// <summary>When a field is left: says at once what is wrong with what stands in it. What is missing is told when it is saved.</summary>
    public void Leave(Field field, string key)
    {
        if (!string.IsNullOrWhiteSpace(typed[key]) && field.Read(typed[key]).Problem is { } problem)
            _problems[key] = problem;
        changed();
    }

    public void Refuse(IEnumerable<Problem> problems)
    {
        _problems.Clear();
        foreach (var problem in problems)
            _problems.TryAdd(problem.Field, problem.Sentence);
        changed();
    }

    public void Contest(IEnumerable<Contest> contests)
    {
        _contests.Clear();
        foreach (var contest in contests)
            _contests[contest.Field.Key] = contest;
        changed();
    }

    /// <summary>The person has chosen whose value it shall be; the other's is the one seen from now on.</summary>
    public void Choose(Contest contest, bool mine)
    {
        _contests.Remove(contest.Field.Key);
        typed.SetStart(contest.Field.Key, contest.Theirs);
        typed[contest.Field.Key] = (mine ? contest.Yours : contest.Theirs) ?? "";
        changed();
    }
}
