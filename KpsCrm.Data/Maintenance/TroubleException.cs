namespace KpsCrm.Data.Maintenance;

/// <summary>Something outside the program stands in its way. The message is one sentence that says what, and what to do.</summary>
public class TroubleException(string message, Exception? inner = null) : Exception(message, inner);
