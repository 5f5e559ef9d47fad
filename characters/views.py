"""Pages and pictures of characters.

Templates (HTML in templates/characters/) and the context they get. A `Character` in a list always carries
`edition`: the CharacterVersion in the viewer's language (name, tagline, epithet, about, creator_notes, greetings,
presentation, number, created_at, language). Pictures: {% load characters %}
{% portrait_url character.edition %}, {% portrait_url character.edition "joy" %}, and for avatars
{% portrait_url character.edition face=True %}; alt text: {{ character.edition.presentation.portrait_alt }}.

`discover` at / (?q= words, ?tag= code)                              characters/discover.html
    featured      Character or None: the hero; None while searching or filtering
    opening       str: the featured character's greeting as markdown, macros expanded (hero text)
    cues          list[str]: three lines to click; send one as `line` to POST {% url "start-talk" featured.id %}
    cast          list[Character] with .edition
    tags          list of {code, name, current: bool, url}: the chips; "Everyone" is `everyone_url`, current when not tag
    everyone_url  str
    query, tag    str: what was asked
    tag_name      str: in the viewer's language, "" without a tag
    searching     bool: query or tag given
    no_result     bool: searching and nothing found; say what to do: `everyone_url` leads back
  With the header HX-Request (and no HX-Boosted) only characters/_cast.html is rendered, with the same context less
  the hero: chips, list and empty state. Give the wrapper id="cast"; the page includes the same fragment.

`character` at /characters/<uuid>/ (?opening=2)                      characters/character.html
    character     Character (starts, visibility, tags)
    version       CharacterVersion: the edition shown
    languages     list[str]: "English", "中文" – all editions of this release
    by_house      bool: a preset, "By Dramatis company"
    author        str: the author's public name when not by_house, else ""
    is_mine       bool
    tags          list of {code, name, url}
    openings      list of {number (from 1), index (from 0: `greeting` of start-talk), text (markdown, macros expanded)}
    opening       the one shown: an entry of openings, or None when the character waits for the player
    previous_url, next_url   ?opening= links, round trip; "" with fewer than two openings
    scales        list of Scale: key, low_end, high_end, value, pinned, low, high, says (one sentence: what it means in
                  behaviour), label ("Reserved to Warm: 72 of 100, may move between 50 and 90"; use as aria-label)
    related_title str: "Also at the Lantern"
    related       list of {character (with .edition), line}
    start_url     str: POST {% url "start-talk" character.id %}; field `greeting` = opening.index
  With HX-Request and ?opening= only characters/_opening.html is rendered (same context): the section with the text and
  the swipe buttons. Give it id="opening".

`portrait` at /portraits/<version>/<mood>.svg: SVG, cacheable for ever.
"""
