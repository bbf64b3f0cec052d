namespace KpsCrm.Data.Search;

/// <summary>What differs between the databases: how the index is asked and kept.</summary>
internal interface ISearchSql
{
    /// <summary>The ids (as "Value") of records that the index does not know yet, or knows as they were before.</summary>
    string Pending(SearchKind kind);

    /// <summary>The ids of the records that fit; with <paramref name="fit"/> only those that fit just so well.</summary>
    (string Sql, object[] Parameters) Matching(SearchKind kind, SearchText text, Fit? fit);

    /// <summary>Numbers as rows (of <c>id</c>).</summary>
    (string Sql, object Parameter) Numbers(int[] ids);

    /// <summary>Up to <paramref name="most"/> pending ids, to be indexed now; until the transaction ends nobody else gets them.</summary>
    string Take(SearchKind kind, int most);

    /// <summary>Puts documents in the place of what the index had under these ids: those that are gone are only taken out.</summary>
    Task PutAsync(CrmDbContext db, SearchKind kind, IReadOnlyCollection<int> ids, IReadOnlyCollection<SearchDocument> documents);

    /// <summary>Adds words to those of names, unless they are there.</summary>
    Task AddWordsAsync(CrmDbContext db, IReadOnlyCollection<string> words);

    /// <summary>Empties the index; everything is pending then.</summary>
    Task ClearAsync(CrmDbContext db, SearchKind kind);

    /// <summary>A number for each name that the index has, made from all its parts, where asking for the names one by one takes long.</summary>
    Task<IReadOnlyDictionary<int, long>> SumsAsync(CrmDbContext db, SearchKind kind, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long>());

    /// <summary>The ids under which the index has something other than the documents.</summary>
    /// <param name="sums">From <see cref="SumsAsync"/>, of a moment before.</param>
    Task<IReadOnlyList<int>> DifferentAsync(CrmDbContext db, SearchKind kind, IReadOnlyList<SearchDocument> documents, IReadOnlyDictionary<int, long> sums);

    /// <summary>The ids (as "Value") the index has and no record bears.</summary>
    string Orphans(SearchKind kind);
}
