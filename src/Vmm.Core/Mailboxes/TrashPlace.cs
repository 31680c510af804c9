namespace Vmm.Core.Mailboxes;

/// <summary>Where an item is in the trash.</summary>
/// <param name="BaseDirectory">Whose trash it is in.</param>
/// <param name="Entry">Name of the directory of the change that put it there.</param>
/// <param name="Item">Which of the items in it.</param>
internal sealed record TrashPlace(string BaseDirectory, string Entry, TrashItem Item);
