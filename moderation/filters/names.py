"""Common given names: at the head of a sentence they tell a person that is called from any other word."""

GIVEN_NAMES = frozenset(
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth "
    "kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory "
    "frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold keith christian "
    "roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph "
    "randy eugene vincent russell elijah louis bobby philip johnny liam oliver lucas mason leo oscar hugo felix simon martin victor max theo finn owen luke evan "
    "caleb isaac marcus julian adrian ivan diego carlos pedro miguel antonio marco luca matteo pierre jean henri klaus hans otto karl fritz boris igor dmitri "
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda "
    "dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine "
    "debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea "
    "cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn "
    "danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori clara nora lucy zoe chloe mia ella lily ruby eva eve rose daisy "
    "ivy hazel iris violet stella luna aria elena sofia camila lucia carmen rosa ines greta ingrid astrid freya sigrid olga irina natasha tanya katya yuki "
    "sakura hana aiko kenji hiroshi takeshi akira ren mei ling wei jin min arjun priya anita raj ravi omar ali hassan fatima leila aisha yusuf ahmed "
    "lancelot arthur gareth gawain percival merlin guinevere isolde tristan rowan elena lyra kael darian aldric cedric roland edmund gwen morgan".split()
)
