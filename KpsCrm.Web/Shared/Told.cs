namespace KpsCrm.Web.Shared;

/// <summary>Told at once and in order, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
