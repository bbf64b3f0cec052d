using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Views;

namespace KpsCrm.Web.Features.Lists;

public static class ListServices
{
    public static IServiceCollection AddLists(this IServiceCollection services) => services.AddScoped<LeadList>().AddScoped<ClientList>().AddScoped<DealList>().AddScoped<CellChanges>().AddTransient<ViewActions>();
}
