package dev.merit.router.pages;

/**
 * What every page has.
 *
 * @param lang the language of its words
 * @param title of the window
 * @param style the whole style sheet: text of ours and colours, and nothing that a stranger wrote
 */
public record Frame(String lang, String title, String style) {}
