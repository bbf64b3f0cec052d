namespace KpsCrm.Data.Users;

/// <summary>What a person may do. Each role includes the ones before it: Admin ⊃ Manager ⊃ Sales.</summary>
public enum Role
{
    Sales,
    Manager,
    Admin,
}
