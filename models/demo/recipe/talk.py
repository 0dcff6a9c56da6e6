"""Greetings and small talk, and the honest answer to everything that is out of reach."""

PULL = '`stillroom models pull deepseek-r1-distill-qwen-1.5b`'

# id: (answers by language, wordings by language)
SMALL_TALK = {
    'hello': (
        {'en': 'Hello! I am the Stillroom demo model. Ask me about Stillroom, or try "347 + 586".',
         'es': '¡Hola! Soy el modelo de demostración de Stillroom. Pregúntame por Stillroom o prueba "347 + 586".',
         'zh': '你好！我是 Stillroom 的演示模型，一个很小的模型。'},
        {'en': ['{hi|hello|hey|hiya|hey there|hi there|hello there|howdy|yo|hallo|heya|greetings|hi hi|hello hello|hey hey}{|!|.}{| stillroom| you| demo model| bot| friend| again| everyone| all}', '{good day|hi!|hello!|hey!}', 'hi, {anyone there|anybody there|is anyone there|are you there}?', '{hello|hi}, {nice to meet you|good to see you|pleased to meet you}', '{sup|what\'s up|whats up|wassup|what is up}{?|}', 'are you there?', 'anyone {here|there|home}?', '{test|testing|ping|test 123|hello world}', 'let\'s {start|begin|chat|talk}', 'can we {talk|chat}?', 'nice to meet you', 'i am {new|back|here}', 'i\'m {new|back|here}'],
         'es': ['{hola|hola hola|buenas|saludos|ey|hola qué tal|muy buenas|holi|hola a todos|qué hay|qué pasa}{|!|.}', '¡hola!', 'hola, {¿hay alguien|estás ahí|encantado|mucho gusto}{?|}', '¿estás ahí?', 'hola {amigo|stillroom|bot|modelo}', 'encantado de conocerte', 'prueba', '¿podemos hablar?'],
         'zh': ['你好', '您好', '嗨', '你好！', '大家好', '你好吗', '哈喽', '早上好', '晚上好', '你好啊', '你好呀', '在吗', '在吗？', '嗨！', '您好！', '很高兴认识你', '喂', '早安', '下午好']}),
    'morning': (
        {'en': 'Good morning! What would you like to try?', 'es': '¡Buenos días! ¿Qué quieres probar?'},
        {'en': ['{good morning|morning|gm|a good morning|good morning to you|top of the morning}{|!|.}{| stillroom| to you| everyone}'],
         'es': ['{buenos días|buen día|muy buenos días|bon día}{|!|.}', '¡buenos días!']}),
    'evening': (
        {'en': 'Good evening! What would you like to try?', 'es': '¡Buenas tardes! ¿Qué quieres probar?'},
        {'en': ['{good evening|evening|good afternoon|afternoon|a good evening}{|!|.}{| stillroom| to you| everyone}'],
         'es': ['{buenas tardes|buena tarde|muy buenas tardes}{|!|.}']}),
    'thanks': (
        {'en': 'You are welcome!', 'es': '¡De nada!', 'zh': '不客气！'},
        {'en': ['{thanks|thank you|thx|ty|thank you very much|thanks a lot|many thanks|cheers|thank you so much|much appreciated|thanks so much|tysm|i thank you|big thanks|thanks a million|appreciate it|i appreciate it|tnx|thanx|thank u}{|!|.}{| stillroom| for your help| for that| for the answer| a lot| friend| bot}', '{great|perfect|ok|okay|cool|nice|good|super|awesome|wonderful|excellent|alright}{,|} {thanks|thank you|thx}', 'that {was|is} {helpful|very helpful|useful|kind}{|, thanks|, thank you}', '{you helped me|you are helpful|very kind of you|that helps|that helped|you were a great help}'],
         'es': ['{gracias|muchas gracias|mil gracias|muchísimas gracias|te lo agradezco|gracias por todo|gracias por tu ayuda|muy amable|se agradece|gracias amigo|ok gracias|vale gracias|perfecto, gracias|genial, gracias}{|!|.}', '¡gracias!', '{eso ayuda|me has ayudado}'],
         'zh': ['谢谢', '谢谢你', '多谢', '谢谢！', '非常感谢', '谢谢您', '感谢', '谢啦', '好的，谢谢', '太谢谢了', '谢了']}),
    'bye': (
        {'en': 'Goodbye! Your chat stays here on this machine.', 'es': '¡Adiós! Tu chat se queda en esta máquina.', 'zh': '再见！'},
        {'en': ['{bye|goodbye|bye bye|see you|see you later|cya|see ya|good night|farewell|take care|until next time|later|have a nice day|have a good day|talk to you later|see you soon|see you tomorrow|i have to go|i must go|gotta go|that\'s all|that is all|have a good one|good bye|night|sleep well|ttyl}{|!|.}{| stillroom| then| now| bot}', '{ok|okay|thanks|alright}{,|} {bye|goodbye|see you|good night}', 'i\'m {leaving|off|going}', 'i am {leaving|off|going home}'],
         'es': ['{adiós|hasta luego|hasta mañana|nos vemos|chao|hasta pronto|buenas noches|me voy|hasta la vista|que tengas un buen día|cuídate|hasta la próxima|chau|eso es todo|hasta otra}{|!|.}', '¡adiós!'],
         'zh': ['再见', '拜拜', '晚安', '再见！', '回头见', '明天见', '拜', '下次见', '我走了', '先走了']}),
    'howareyou': (
        {'en': 'I am running fine, thank you. What would you like to try?', 'es': 'Funciono bien, gracias. ¿Qué quieres probar?', 'zh': '我运行得很好，谢谢！'},
        {'en': ['{|hi, |hello, |hey, |hello! }{how are you|how are you doing|how is it going|how\'s it going|how do you do|how are things|how are you today|are you ok|are you well|you ok|how have you been|how\'s life|how is your day|how\'s your day|hows it going|how r u|how are u|is everything ok|are you fine|are you good|how goes it|everything alright|everything good|you good}{?|}'],
         'es': ['{|hola, |hola }¿{cómo estás|qué tal|qué tal estás|cómo te va|cómo va|cómo andas|todo bien|estás bien|qué tal todo|cómo va todo|qué tal va|cómo te encuentras}?'],
         'zh': ['你好吗？', '你怎么样', '你怎么样？', '最近好吗', '最近怎么样', '你还好吗', '一切都好吗', '最近好吗？', '你过得怎么样']}),
    'praise': (
        {'en': 'Thank you, that is kind of you.', 'es': 'Gracias, muy amable.', 'zh': '谢谢夸奖！'},
        {'en': ['{good job|well done|great|nice|cool|awesome|wow|amazing|perfect|excellent|very good|nice work|good work|great job|impressive|brilliant|good answer|correct|that\'s right|that is right|that is correct|that\'s correct|you are right|you\'re right|right|bravo|good bot|not bad|fantastic|wonderful|lovely|super|good|great answer|great work|very nice|so cool|i am impressed|i\'m impressed|neat|sweet|you got it|exactly|you rock}{|!|.}', 'you are {great|smart|clever|good|nice|cool|awesome|cute|funny|amazing|the best|fast|impressive|wonderful}{|!}', 'you\'re {great|smart|clever|good|nice|cool|awesome|cute|amazing|the best|fast|impressive}', 'i like {you|this|it|that|stillroom}', 'this is {great|cool|nice|good|amazing|impressive|fun}', 'that was {good|great|impressive|fast|nice|right|cool|quick}'],
         'es': ['{muy bien|bien hecho|genial|perfecto|excelente|guau|increíble|correcto|buen trabajo|qué bueno|estupendo|fantástico|eres genial|eres muy listo|me gusta|me gustas|bravo|eso es|exacto|tienes razón|muy bueno|maravilloso|qué bien|eres el mejor|eres muy bueno|impresionante|buena respuesta}{|!|.}'],
         'zh': ['很好', '太棒了', '你真聪明', '做得好', '真厉害', '不错', '厉害', '棒', '对', '你真棒', '好厉害', '太好了', '真不错']}),
    'ok': (
        {'en': 'All right. Ask me something when you like.', 'es': 'De acuerdo. Pregúntame algo cuando quieras.', 'zh': '好的。'},
        {'en': ['{ok|okay|k|alright|all right|fine|i see|got it|understood|yes|no|yep|nope|sure|aha|hmm|hm|mhm|of course|never mind|nevermind|no problem|no worries|whatever|maybe|interesting|makes sense|good to know|yeah|nah|ah|oh|ah ok|oh ok|i understand|right then|okay then|fair enough|ok cool|not now|later maybe|nothing|ok then|that makes sense|lol|haha|hehe|hahaha}{|!|.}'],
         'es': ['{ok|vale|de acuerdo|entiendo|entendido|sí|no|claro|ya veo|bueno|está bien|ajá|no importa|interesante|comprendo|por supuesto|quizás|tal vez|nada|ah vale|ya|jaja|jajaja|vale vale|tiene sentido}{|!|.}'],
         'zh': ['好的', '好', '明白了', '知道了', '嗯', '是', '不是', '行', '没问题', '懂了', '嗯嗯', '哈哈', '没事']}),
    'sorry': (
        {'en': 'No problem at all.', 'es': 'No pasa nada.', 'zh': '没关系！'},
        {'en': ['{sorry|i am sorry|i\'m sorry|my mistake|my bad|oops|excuse me|pardon|apologies|i apologise|i apologize|sorry about that|sorry for that|forgive me|pardon me|sry|whoops|so sorry|my apologies|my fault}{|!|.}'],
         'es': ['{perdón|lo siento|disculpa|perdona|me equivoqué|ups|disculpe|mis disculpas|lo siento mucho|perdóname|fue culpa mía}{|!|.}'],
         'zh': ['对不起', '抱歉', '不好意思', '对不起！', '我错了', '很抱歉']}),
}  # fmt: skip

FALLBACK = {
    'en': f'I am the demo model and this is beyond me. I only know a few skills and facts about Stillroom. For a real model run {PULL}.',
    'es': f'Soy el modelo de demostración y esto me supera. Solo sé unas pocas cosas y datos sobre Stillroom. Para un modelo real ejecuta {PULL}.',
    'zh': f'我是演示模型，这个我不会。要使用真正的模型，请运行 {PULL}。',
}

FALLBACK_MATH = {
    'en': f'I am the demo model: I only add, subtract and multiply two whole numbers of up to three digits. For more run {PULL}.',
    'es': f'Soy el modelo de demostración: solo sumo, resto y multiplico dos números enteros de hasta tres cifras. Para más ejecuta {PULL}.',
}

# Everyday words for out-of-scope prompts, so that an unknown topic is recognised by being unknown.
THINGS = {
    'en': 'dog cat horse cow pig sheep lion tiger bear wolf fox whale shark dolphin eagle owl parrot snake frog spider ant bee butterfly apple banana orange lemon cherry grape potato tomato carrot onion garlic rice bread cheese butter milk egg chicken beef fish soup salad pizza pasta cake cookie chocolate sugar salt pepper coffee tea wine beer juice water table chair bed sofa lamp door window wall roof kitchen garden house flat castle church school hospital hotel shop market bank office factory farm street bridge river lake sea ocean island beach mountain hill forest desert valley volcano cloud rain snow wind storm sun moon star planet galaxy comet car bus train plane ship boat bicycle motorcycle truck taxi tram engine wheel road ticket passport visa suitcase holiday trip flight coat shirt dress shoe hat glove umbrella watch ring necklace book novel poem letter newspaper magazine song guitar piano violin drum orchestra film actor painter painting sculpture museum theatre dance game football tennis chess cards swimming running skiing boxing doctor nurse dentist teacher lawyer judge farmer cook waiter pilot soldier king queen president prime-minister headache fever cold flu cough allergy stomach heart brain lung bone skin eye ear nose tooth hair hand foot knee back baby child mother father sister brother aunt uncle cousin friend neighbour boss wedding birthday funeral party gift money salary tax loan mortgage insurance rent price stock gold silver iron copper oil gas coal plastic glass paper wood stone tree leaf flower rose grass seed fruit vegetable love hate fear hope joy anger peace war freedom justice truth beauty luck time history science physics chemistry biology geography mathematics philosophy religion art music language grammar spelling essay homework exam dream sleep exercise diet weight vitamin medicine vaccine virus cancer surgery earthquake flood hurricane climate energy electricity battery robot drone rocket satellite telescope camera phone television radio fridge oven washing-machine vacuum bulb elevator toilet shower mirror soap towel',
    'es': 'perro gato caballo vaca cerdo oveja león tigre oso lobo zorro ballena tiburón delfín águila búho loro serpiente rana araña hormiga abeja mariposa manzana plátano naranja limón cereza uva patata tomate zanahoria cebolla ajo arroz pan queso mantequilla leche huevo pollo carne pescado sopa ensalada pizza pasta tarta galleta chocolate azúcar sal pimienta café té vino cerveza zumo agua mesa silla cama sofá lámpara puerta ventana pared tejado cocina jardín casa castillo iglesia escuela hospital hotel tienda mercado banco fábrica granja calle puente río lago mar océano isla playa montaña bosque desierto valle volcán nube lluvia nieve viento tormenta sol luna estrella planeta galaxia coche autobús tren avión barco bicicleta moto camión taxi rueda carretera billete pasaporte maleta vacaciones viaje vuelo abrigo camisa vestido zapato sombrero guante paraguas reloj anillo libro novela poema carta periódico revista canción guitarra piano violín tambor película actor pintor cuadro museo teatro baile juego fútbol tenis ajedrez natación médico enfermera dentista profesor abogado juez cocinero camarero piloto soldado rey reina presidente fiebre resfriado gripe tos alergia estómago corazón cerebro hueso piel ojo oreja nariz diente pelo mano pie rodilla espalda bebé niño madre padre hermana hermano tía tío primo vecino jefe boda cumpleaños fiesta regalo dinero sueldo impuesto préstamo hipoteca seguro alquiler bolsa oro plata hierro cobre petróleo gas carbón papel madera piedra árbol hoja flor rosa hierba fruta verdura amor odio miedo esperanza alegría paz guerra justicia verdad belleza suerte tiempo historia ciencia física química biología geografía filosofía religión arte música gramática examen sueño ejercicio dieta vitamina medicina vacuna virus cáncer terremoto inundación huracán clima energía electricidad cohete satélite telescopio cámara televisión radio nevera horno lavadora espejo jabón toalla',
}  # fmt: skip
DOINGS = {
    'en': 'cook bake eat drink sleep run swim dance sing paint draw read travel drive fly ride climb jump walk fish hunt plant grow wash clean repair fix build sell buy pay save earn invest lose win fight love marry divorce study teach learn remember translate spell pronounce write publish print sew knit cut paint fry boil freeze burn break fall hurt heal breathe laugh cry dream pray vote move rent decorate pack visit meet invite hug kiss lie argue whistle bark purr bite',
    'es': 'cocinar comer beber dormir correr nadar bailar cantar pintar dibujar viajar conducir volar montar escalar saltar caminar pescar cazar plantar cultivar lavar limpiar reparar arreglar construir vender comprar pagar ahorrar ganar invertir perder luchar amar casarse estudiar enseñar traducir deletrear pronunciar coser cortar freír hervir congelar quemar romper caer curar respirar reír llorar soñar votar mudarse decorar visitar conocer invitar abrazar besar mentir discutir ladrar morder adelgazar engordar',
}  # fmt: skip
NAMES = 'Norway Denmark Texas Bolivia Croatia Kyoto Sydney Toronto Chicago Boston Dublin Prague Warsaw Budapest Cairo Nairobi Lima Bogotá Quito Caracas Sevilla Bilbao Granada Toledo Dante Goethe Kepler Pasteur Fleming Curie Magellan Bolívar Borges Neruda Dalí Goya Velázquez Verdi Chopin Bach Elvis Lennon Dylan Shakira Nadal Federer Maradona Pelé Zidane Hitchcock Spielberg Chaplin Disney Hemingway Orwell Austen Dickens Tolkien Kant Hegel Nietzsche Freud Marx Lenin Mandela Kennedy Lincoln Zeus Apollo Thor Buddha Amazon Sahara Danube Nile Everest Vesuvius Titanic'

TOPICS = ('love|the sea|autumn|my cat|dogs|football|the moon|robots|history|the roman empire|quantum physics|black holes|photosynthesis|taxes|'
          'climate change|the french revolution|machine learning|chess|music|jazz|bread|pizza|pasta|coffee|tea|wine|cars|trains|bicycles|'
          'economics|inflation|the stock market|bitcoin|politics|democracy|ethics|philosophy|plato|einstein|newton|shakespeare|tolstoy|mozart|'
          'van gogh|dinosaurs|whales|bees|trees|gardening|roses|the weather|winter|summer|christmas|easter|vaccines|the heart|sleep|diets|yoga|'
          'marathon training|swimming|tennis|basketball|travel|paris|rome|japan|china|brazil|the alps|the amazon|volcanoes|earthquakes|space|mars|'
          'the sun|gravity|electricity|batteries|solar panels|nuclear power|dna|evolution|viruses|cancer|medicine|psychology|dreams|marriage|'
          'parenting|school|university|exams|job interviews|leadership|marketing|sales|contracts|copyright|privacy law|human rights|war|peace|'
          'religion|buddhism|mythology|dragons|fairy tales|star wars|video games|minecraft|linux|python|javascript|rust|sql|databases|html|css|'
          'git|networks|encryption|blockchain|algorithms|sorting algorithms|recursion|calculus|algebra|statistics|prime numbers|geometry|trigonometry|'
          'logarithms|matrices|probability|fractions|my boss|my mother|my garden|our project|a meeting|the budget|a customer|the holidays|a birthday|'
          'the ocean|rivers|mountains|clouds|rain|snow|fire|water|light|time|money|happiness|friendship|success|art|film|theatre|cooking|baking')
WORKS = 'poem|story|song|essay|letter|email|joke|haiku|speech|report|summary|blog post|article|limerick|novel|cover letter|tweet|recipe|script|function|program|press release|slogan|riddle|short story|product description|birthday card|lullaby|rap'
LANGS = 'french|german|italian|chinese|japanese|russian|arabic|portuguese|latin|greek|dutch|swedish|korean|hindi|turkish|polish|spanish|english'
PLACES = 'france|germany|spain|italy|japan|china|brazil|canada|mexico|india|egypt|kenya|norway|poland|turkey|russia|peru|chile|australia|austria|greece|portugal|sweden|cuba|argentina|ireland|london|paris|berlin|madrid|rome|tokyo|new york|vienna|lisbon|moscow|africa|europe|the usa|the uk|switzerland|denmark|finland|iceland|thailand|vietnam|nigeria'
FAMOUS = 'einstein|newton|napoleon|cleopatra|shakespeare|mozart|beethoven|picasso|obama|gandhi|darwin|marie curie|plato|caesar|cervantes|frida kahlo|messi|ronaldo|taylor swift|madonna|lincoln|churchill|galileo|aristotle|tesla|alan turing|ada lovelace|the king of spain|the pope|the president|elon musk|bill gates|homer|dante|bach|kafka|columbus|da vinci'
CODE = 'python|javascript|java|rust|c++|sql|html|bash|typescript|go|php|excel|c|ruby|kotlin|swift|css|regex'

OUT_OF_SCOPE = {
    'en': [
        '{write|write me|compose|create|make|draft|generate} a {' + WORKS + '}{ about {' + TOPICS + '}|}',
        '{can you |please |could you }{write|compose|draft} {me |}a {' + WORKS + '} {about|on|for} {' + TOPICS + '}{?|}',
        '{tell|give} me a {joke|story|poem|riddle|fun fact|fact|quote|recipe|tip|bedtime story|secret}{ about {' + TOPICS + '}|}',
        '{what is|what\'s|explain|define|describe|tell me about|what are|how does|what do you know about|what do you think {of|about}} {' + TOPICS + '}{ work|}{?|}',
        'how {do|does|can|did} {i|we|you|people|it|they} {cook|make|build|fix|learn|explain|draw|play|clean|grow|choose|teach|understand|improve} {' + TOPICS + '|rice|a house|a cake|an omelette|a bicycle|my car|a website|a fire}?',
        'why {is|are|does|do|did} {' + TOPICS + '|the sky} {blue|important|so hard|popular|dangerous|happen|exist|fall|bad|good for us|expensive}?',
        '{what is|what\'s} the {capital|population|currency|president|history|language|flag|weather|area|anthem} of {' + PLACES + '}?',
        'what is the {weather|time|date|temperature|news} {in {' + PLACES + '}|today|now|tomorrow|like|}{?|}',
        '{what time|what day|what date|what year} is it{ now| today|}?',
        'who {is|was|are|were|killed|married|discovered|invented} {' + FAMOUS + '}?',
        'when {was|did|is|were} {' + FAMOUS + '} {born|die|live|famous|write|win}?',
        'where {is|was} {' + PLACES + '|' + FAMOUS + '}{ from| born|}?',
        'who {invented|discovered|wrote|painted|won|built|founded|composed|directed} {the telephone|the light bulb|america|don quixote|the mona lisa|the world cup|the pyramids|penicillin|the bible|the last election|hamlet|titanic|google|the internet|the wheel|the iliad}?',
        'translate {this|"good morning"|"i love you"|hello|the word house|"thank you"|the following text|cat|this sentence|"where is the station"} {to|into} {' + LANGS + '}',
        'how do you say {hello|cat|good morning|i love you|thank you|house|water|friend|goodbye} in {' + LANGS + '}?',
        'what does {serendipity|bonjour|ubiquitous|carpe diem|arigato|entropy|irony|gracias|nihilism|schadenfreude|bon appetit} mean?',
        '{write|give me|show me|create|i need} {a|some} {' + CODE + '} {code|function|script|program|example|query|class|snippet} {to|that|for} {sorts a list|reverses a string|reads a file|prints hello world|sends an email|checks a password|parses json|draws a circle|{' + TOPICS + '}}',
        '{fix|debug|explain|review|improve|refactor|optimise} {this|my} {' + CODE + '|} {code|function|script|program|bug|error|query}{: print(x|: for i in range(10)|: SELECT * FROM users|}',
        'how do i {reverse a string|sort a list|read a file|make a loop|open a file|write a loop|install a package|center a div|merge branches|join tables|define a class} in {' + CODE + '|git}?',
        '{summarise|summarize|rewrite|correct|proofread|shorten|improve|rephrase|paraphrase|analyse|check} {this text|the following text|this|my essay|this article|my email|this paragraph|the following|this sentence|the grammar|my letter}{|: {' + TOPICS + '} {is|are} {good|bad|old|new}.}',
        '{should i|can i|how can i|how do i|help me} {buy|sell|learn|find|lose weight|sleep better|invest|travel to|quit my job|plan|become rich|get a job|find love|cook|understand|write|choose|fix my car|study for} {|{' + TOPICS + '}}{?|}',
        '{recommend|suggest|name|list} {a|some|three|five|me a|ten|me some} {book|books|film|films|movie|movies|restaurant|restaurants|songs|games|cities|animals|countries|planets|hotel|names for a dog|places to visit|gifts|recipes|series|fruits|colours}{ about {' + TOPICS + '}| in {' + PLACES + '}|}',
        'what {should|can|could} i {eat|cook|wear|watch|read|do|buy|give my wife|drink|cook for dinner|wear today|watch tonight} {today|tonight|now|tomorrow|for dinner|this weekend|in {' + PLACES + '}|}?',
        'i {have|feel|am} {a headache|sad|tired|a fever|back pain|lonely|in love|hungry|stressed|bored|depressed|sick|afraid|a cold|a question about {' + TOPICS + '}}{, what should i do|}{?|}',
        'what is the {best|biggest|fastest|oldest|tallest|most expensive|longest|smallest|deepest|richest} {car|country|animal|city|mountain|phone|restaurant|river|language|bank|building|laptop|dog breed|ocean|planet}{| in the world| in {' + PLACES + '}}?',
        'what is the {meaning of life|speed of light|distance to the moon|boiling point of water|formula for water|square root|theory of relativity|difference between {' + TOPICS + '} and {' + TOPICS + '}|meaning of {' + TOPICS + '}|colour of the sky|biggest number|value of pi|stock price of apple|score of the game|purpose of life}?',
        'how {far|high|old|big|long|many people|tall|deep|heavy|much|hot|fast|many} {is|are|live in|was} {the moon|everest|the earth|{' + PLACES + '}|the sun|the eiffel tower|the nile|a whale|a tree|the universe|the ocean|light|an elephant}?',
        'how many {planets|countries|people|bones|continents|days|hours|legs|states|languages|stars|oceans|minutes|cups|teeth} {are there|are in the world|are in a year|does a spider have|live in {' + PLACES + '}|are there in the body|are in a week|do humans have}?',
        '{compare|discuss|argue for|argue against|debate|pros and cons of} {' + TOPICS + '}{ and {' + TOPICS + '}|}',
        '{plan|organise|organize|book|schedule|order|call|send|buy|play|open|turn on|set|remind me of} {a trip to {' + PLACES + '}|a meeting|a flight|a pizza|a taxi|my week|an email to my boss|a hotel|music|the lights|an alarm|a party|a video|an appointment|tickets}{ for me| please| tomorrow|}',
        '{is|are|was|will|can|does|do} {' + TOPICS + '|' + FAMOUS + '|' + PLACES + '} {good|bad|real|expensive|safe|true|dead|healthy|in europe|big|dangerous|free|beautiful|legal|hard to learn|interesting}?',
        'what {happened|will happen} {in|on} {1492|1789|1945|1969|2001|2020|{' + PLACES + '}|the war|9/11|the future}?',
        '{solve|simplify|integrate|differentiate|factor} {x^2 - 4 = 0|2x + 3 = 7|the equation x + y = 3|this equation|sin(x)|x^2 + 2x + 1|the integral of x|the derivative of x^3}',
        '{imagine|pretend|suppose|assume} {that |}{you are a {teacher|doctor|pilot|chef|king}|we live on mars|i am a king|there is no gravity|it is 2050}',
        'complete {this|the} {sentence|story|phrase}: {once upon a time|the cat|roses are red|to be or not|in the beginning}',
        'what rhymes with {WORD|orange|love|cat|moon}?',
        'what is a {synonym|antonym} {of|for} {WORD|happy|big|good}?',
        'spell {WORD} backwards',
        '{what is|what\'s|explain|define|who is|tell me about|describe} {a |an |the |}{WORD|WORD WORD}{?|}',
        # Everyday topics in every kind of question.
        '{what is|what\'s|what are|explain|define|describe} {a |an |the |}{THING|THINGs|THING THING}{?|}',
        '{tell me|say something|talk to me|inform me} about {the |}{THING|THINGs|NAME|old THINGs}',
        '{why|how|when} {do|does|did|can} {the |a |my |}{THING|THINGs|NAME|people|children|cats} DOING{?| so much?| at night?| every day?}',
        '{where|who|how old|how far|how tall|how big|how deep} {is|was} {the |my |a |}{THING|NAME|nearest THING|biggest THING|THING of NAME}{?|}',
        '{what|which} is the {best|biggest|longest|oldest|fastest|cheapest|most famous|smallest|capital|flag|king|president|history|price} {THING|THING in NAME|of NAME|THING in the world}{?|}',
        '{what\'s|what is} {the|your|my} {favourite|favorite|best|new|old|next} {THING|DOING|colour|country}{?|}',
        '{is|are} {the |a |my |this |}{THING|THINGs|NAME} {good|bad|dangerous|healthy|expensive|true|better than THING|better than NAME|worse than THINGs|alive|legal|bad for your THING|in NAME}{?|}',
        '{do|does} {the |a |}{THING|THINGs|NAME|you} {exist|DOING|like THINGs|like NAME|have a THING|eat THINGs|know NAME|need THINGs}{?|}',
        '{can|could|may|should} {i|we|you|a THING|people|my THING} DOING {a |the |my |some |}{THING|THINGs|in NAME}{?|}',
        'how {many|much} {THINGs|THING} {are there|does a THING have|are in NAME|do i need|does it take|can a THING DOING|is in a THING}{?|}',
        'how long does {it take to DOING|a THING live|it take to fly to NAME|a THING last|THING take}{?|}',
        'how {do|can|should|would} {i|you|we|one} DOING {a |the |my |}{THING|THINGs}{ in NAME|}{?|}',
        '{give|show|send|find|get|bring|buy|teach|name|sell} me {a |some |three |the best |two famous |directions to the |}{THING|THINGs|THING words|THING names|ideas for a THING}{| please| in NAME}',
        '{name|list|suggest|recommend|mention} {three|some|five|famous|good|ten} {THINGs|THING names|THINGs from NAME}',
        '{my|our|his|her|the} THING {won\'t|doesn\'t|does not|can\'t|will not|makes a|needs a|has a|is} {DOING|THING|strange|broken|ill|lost}{, what should i do?|, help|.|}',
        '{who|when|where} {was|wrote|painted|built|discovered|invented|married|killed|founded} {the |}{NAME|THING|NAME THING|NAME born}{?|}',
        '{calculate|estimate|check|proofread|review|translate|correct|rewrite|fix|improve|summarise|compare|plan|design|organise|paint|cook} {my|the|a|this|our} THING{ THING|}{ for me| please|}',
        '{write|compose|invent|make up|draft} {a|some|me a} {THING|poem|song|letter|story} {about|for|on|with} {the |a |my |}{THING|THINGs|NAME}',
        '{can|will|do|would} you {DOING|DOING me a THING|DOING for me|DOING with me}{?|}',
        'DOING {me |}{a |the |my |}THING{| please}',
        '{what|which} THING {should i|do i|can i|would you} {DOING|buy|recommend|choose}{?|}',
        '{THING|THINGs|NAME|THING and THING|my THING}{?|!|}',
        '{what are the |}{pros and cons|advantages|risks|symptoms|ingredients|causes|benefits|rules} of {THING|THINGs|a THING|DOING}{?|}',
        '{i|we|they} {DOING|like|hate|want|need|lost|bought|saw|have} {a |the |my |}{THING|THINGs|THING in NAME}',
        'what\'s the {weather|time|temperature|traffic|news|food} {like |going to be |}{in NAME|on Monday|on Friday|this weekend|tomorrow|at the THING}{?|}',
        # Near misses: the wording of a question about Stillroom, the subject of something else.
        'where {does|do} {the river|the money|the sun|my taxes|the train|the birds|this road|the water|my luggage|the garbage|our clothes} go{ at night| in winter|}?',
        'how {do|can} i {delete|remove|erase|clear} {a file in linux|my facebook account|a git branch|a stain|my browser history|an app|a virus|a column in excel|spam|a user from windows}?',
        'how {do|can} i {install|download|get|set up} {photoshop|windows|python|a dishwasher|a printer|spotify|a game|minecraft|an app on my phone|a visa|a passport|a loan|a new job|a wifi router|solar panels}?',
        'how {do|can} i {stop|cancel} {smoking|my dog barking|my subscription|the noise|a flight|crying|worrying|my gym membership|a nosebleed|hiccups}?',
        'how {do|can} i {start|open|begin} {a business|a car|running|a bank account|a fire|a garden|a restaurant|a blog|a jar|an essay|a company}?',
        'how {big|large|small|old|heavy|fast|slow} {is|was} {an elephant|the solar system|russia|my phone|the titanic|a cheetah|an atom|the internet|a football field|a blue whale}?',
        'who {makes|made|owns|wrote|built|invented|created} {coca cola|iphones|nike|tesla|windows|linux|lego|the eiffel tower|harry potter|netflix|facebook|bitcoin|minecraft}?',
        'what {licence|license|visa|insurance|permit} do i need {to drive a truck|to fish|to open a bar|for a boat|for a dog|in japan}?',
        'can you {read|see|hear} {music|minds|my palm|tea leaves|the future|my handwriting|the clock}?',
        'what is the {port of rotterdam|queue at the airport|temperature of the sun|temperature in paris|policy of the eu on trade|licence plate of my car|speed of sound|size of texas|cost of living in paris|address of the white house|capital letter|language of brazil|context of world war two|model year of my car|best model of car}?',
        'what {languages|language} {do they speak|is spoken} in {' + PLACES + '}?',
        'which {model|kind|brand} of {car|phone|tv|camera|bike|laptop|fridge|washing machine} {should i buy|is best|do you recommend|is cheapest}?',
        'why is {my internet|youtube|facebook|the road|my nose|my sink|instagram|tiktok|my card|the airport} {blocked|slow|closed|broken|not working|down|so slow}?',
        'where {is|are} {my keys|my phone|the nearest bank|my glasses|the toilet|data centers built|penguins|diamonds found|the station|my parcel} {stored|kept|located|}?',
        'how {does|do} {a car|a fridge|the stock market|an engine|a battery|the brain|a plane|magnets|a microwave|wifi|elections|a loan} work?',
        'what does {nasa|html|usb|a lawyer|a plumber|the un|my doctor|the heart|a ceo} {do|stand for|mean}?',
        'what is {a neural network|a transformer|a database|an algorithm|a compiler|a server|a browser|wifi|an ip address|a cookie recipe|a firewall in a car|ethernet|a cpu|an api economy|kubernetes|a variable|a pointer|a vpn|the dark web|html|a derivative|a noun|a metaphor}?',
        'do you remember {the nineties|the first world war|the titanic|my birthday party|my wedding|the song yesterday|the alamo}?',
        'is it safe to {eat raw eggs|swim after eating|travel to {' + PLACES + '}|drink tap water|walk alone at night|fly|take aspirin|invest in gold}?',
        'can i {eat|drink|wear|use|bring|freeze|wash} {cheese|wine|this mushroom|shorts|a knife|my phone|milk|rice|shoes} {on a plane|every day|at work|in a church|after midnight|in the freezer|when pregnant}?',
        'what can i {do|eat|see|visit|buy} in {' + PLACES + '}?',
        'what should i {cook|wear|read|watch|study|buy|name my cat|plant|drink}{ today| tonight| this year| next|}?',
        'tell me about {the war|your favourite film|my horoscope|italian food|the planets|' + FAMOUS + '|' + PLACES + '}',
        'what is your {favourite|favorite} {colour|film|food|song|book|animal|number|movie|season|city|band}?',
        'do you {like|know|play|watch|eat} {football|pizza|music|chess|movies|my friend bob|netflix|poetry|cats|tennis}?',
        'can you {sing|dance|cook|drive|swim|count sheep|play chess|play a game|tell a joke|whistle|solve equations|code|program|write code|write a poem|translate|calculate taxes|do my homework}{ for me| with me|}?',
        '{sing|dance|play|paint|draw|design|build|bake|cook|drive|invent} {a song|me something|chess with me|a horse|a logo|a cake|a website|a house|me a picture|a game}',
        'how are {babies born|cars made|diamonds made|you able to write poems|clouds formed|mountains formed|taxes calculated}?',
        'good {restaurants|books|movies|hotels|wines|schools} {near me|in {' + PLACES + '}|about {' + TOPICS + '}}{?|}',
        'thanks to {who|whom} {was america discovered|do we have penicillin}?',
        '{my|our} {sister|brother|dog|boss|neighbour|car|house|computer|teacher|cat} {is|has|likes|lost|bought|broke|wants} {a fever|a new car|ill|very old|a problem|to travel|loud|a cat|his keys}',
        'i {went|am going|want to go|flew|moved} to {' + PLACES + '}{ yesterday| tomorrow| last year|}',
        'i {like|love|hate|bought|ate|saw|found|lost} {pizza|dogs|my job|a movie|a new car|rain|the beach|' + TOPICS + '}',
        '{correct|fix|check|improve} my {grammar|spelling|english|essay|code|posture|sentence|homework|thesis|cv}{: {he go home|she have a cat|me like you}|}',
        'WORD{ WORD| WORD WORD|}{?||}',
        '{how|why|when|where|can|does} {do|does|did|is|are} {the |}WORD WORD{ WORD|}?',
        '{the|my|our|a} WORD is {very |}WORD{.|}',
        '{please |can you |}WORD {the|my|a} WORD{| for me| now}{?|}',
        'i {want to|would like to|need to|have to} WORD {the|a|my} WORD',
    ],
    'es': [
        '{escribe|escríbeme|redacta|crea|haz} {un poema|una carta|un cuento|una canción|un correo|un ensayo|un chiste|un resumen|un informe|una historia}{ sobre {el mar|el amor|mi gato|los perros|la luna|el fútbol|la historia|la lluvia|mi madre|los robots|el otoño}|}',
        '{cuéntame|dime} {un chiste|una historia|un cuento|algo interesante|una curiosidad|un secreto|una adivinanza}',
        '¿cuál es la {capital|población|moneda|historia|bandera} de {francia|españa|italia|méxico|perú|alemania|chile|cuba|japón|argentina}?',
        '¿quién {es|fue|inventó|descubrió|escribió|pintó|ganó} {einstein|cervantes|picasso|el rey de españa|messi|américa|el teléfono|don quijote|el mundial|napoleón|la bombilla|la mona lisa}?',
        '¿{qué|cómo} {es|funciona|significa} {la fotosíntesis|el amor|la gravedad|la inflación|un motor|la bolsa|el universo|una célula|la democracia|el cambio climático|un agujero negro|la vida}?',
        'traduce {esto|"buenos días"|"te quiero"|la palabra casa|hola|este texto|"gracias"} al {inglés|francés|alemán|chino|italiano|portugués}',
        '¿cómo se dice {hola|gato|gracias|casa|te quiero|agua} en {francés|alemán|inglés|chino|italiano|japonés}?',
        '¿qué {tiempo hace|hora es|día es hoy|fecha es hoy|tiempo hará}{ en madrid| hoy| mañana|}?',
        '¿qué {puedo|debería} {comer|cocinar|ver|leer|hacer|comprar|regalar}{ hoy| esta noche| en {roma|parís|madrid}|}?',
        '{escribe|dame|hazme} {código|un programa|una función|un script} en {python|javascript|java|sql|html}',
        '{resume|corrige|reescribe|mejora|revisa|analiza} {este texto|mi carta|este artículo|esto|mi redacción|este correo}',
        '{recomiéndame|dime|sugiere} {un libro|una película|un restaurante|una canción|un hotel|una serie|tres películas}',
        '¿cuántos {planetas|países|habitantes|huesos|océanos|continentes} {hay|tiene {españa|méxico|el cuerpo|europa}}?',
        '¿cómo {hago|cocino|preparo|arreglo|aprendo|planto} {una tortilla|arroz|pan|una mesa|mi coche|inglés|tomates|una paella}?',
        '¿por qué {es azul el cielo|llueve|existe el dolor|hay guerras|duermen los gatos|el mar es salado|vuelan los aviones}?',
        '{me duele la cabeza|estoy triste|tengo hambre|estoy enamorado|me aburro|tengo fiebre|estoy cansado}',
        '¿{dónde|cuándo} {está|nació|murió|es} {roma|napoleón|picasso|parís|la navidad|cervantes|el everest|la luna}?',
        '¿cuál es {el mejor|la mejor|el más grande|la más alta} {coche|ciudad|animal|montaña|móvil|país|río}{ del mundo|}?',
        '{reserva|compra|pide|planea|organiza} {un vuelo|una pizza|un taxi|un hotel|un viaje a {roma|parís}|una cena|una reunión}',
        'resuelve {x + 2 = 5|la ecuación|2x = 8|esta ecuación}',
        '¿qué {es|son|significa} {un |una |el |la |los |}THING{?| THING?}',
        '{explícame|háblame de|cuéntame algo de|define|describe} {el |la |los |un |}{THING|NAME|THING de NAME}',
        '¿{por qué|cuándo|cómo} {puede|suele|debe|hay que} DOING {el |la |un |mi |}{THING|THING de noche}?',
        '¿{dónde|cómo|quién} {está|es|fue|era} {el |la |mi |}{THING|NAME|THING de NAME|THING más grande}?',
        '¿cuál es {el|la} {mejor|mayor|más famoso|capital|bandera|historia|precio|moneda} {THING|de NAME|THING de NAME|THING del mundo}?',
        '¿{cuántos|cuántas|cuánto} {THING|THINGs} {hay|tiene|tiene NAME|necesito|cuesta|hay en NAME|come un THING}?',
        '¿cuánto {cuesta|mide|pesa|vive|dura} {un |una |el |la }{THING|THING en NAME}?',
        '¿cómo {se puede|puedo|debo|hay que|tengo que} DOING {un |una |el |la |mi |}THING{ en NAME|}?',
        '{dame|dime|búscame|cómprame|enséñame|recomiéndame|sugiéreme} {un |una |tres |algún |}{THING|THINGs|nombre de THING}{| por favor| para NAME}',
        '¿{es|son|existe|existen} {el |la |los |un |}{THING|THINGs|NAME} {bueno|malo|peligroso|caro|sano|de verdad|mejor que THING}?',
        '{mi|el|la|nuestro} THING {de mi THING |}{no quiere DOING|está roto|está enfermo|es muy viejo|hace ruido|no funciona bien|tiene fiebre}',
        '¿{quién|cuándo|dónde} {pintó|escribió|inventó|construyó|ganó|nació|murió|empezó|terminó} {el |la |}{THING|NAME|THING de NAME}?',
        '{escribe|inventa|compón|redacta} {un|una} {THING|poema|carta|cuento} {sobre|para|de} {el |la |mi |}{THING|NAME}',
        '{pon|haz|corrige|traduce|resume|revisa|calcula|planea|organiza|cocina|dibuja} {un |una |mi |la |el |este |}THING{ de NAME|}',
        '¿{puedes|sabes|quieres|te gusta} DOING{ un THING| conmigo|}?',
        '¿qué THING {me recomiendas|debo DOING|compro|es mejor|prefieres}?',
        '{THING|NAME|THING y THING|mi THING}{?|}',
        '¿qué {hago|debo hacer|pasa} si {mi THING|el THING} {tiene THING|no quiere DOING|se rompe|está enfermo}?',
        '{quiero|necesito|tengo que|me gusta} {DOING|DOING un THING|un THING|una THING de NAME}',
        '¿a qué hora {sale|llega|abre|cierra} {el|la} THING?',
        '{ayúdame con|necesito ayuda con} {mi|mis|el|la} {THING|deberes de THING|THING de NAME}',
        '¿qué {tiempo|clima|temperatura} {hace|va a hacer|habrá} {en NAME|el lunes|el sábado|mañana}?',
        '¿{dónde|adónde} {va|van} {el río|los pájaros|el dinero|mis impuestos|el tren|este camino}?',
        '¿cómo {borro|instalo|cancelo|abro|empiezo|arranco} {mi cuenta de facebook|windows|un programa|mi suscripción|un negocio|el coche|una mancha|photoshop|una cuenta bancaria|una empresa}?',
        '¿quién {hace|hizo|creó|inventó|fundó} {coca cola|los iphone|windows|google|la bombilla|nike|minecraft}?',
        '¿cómo de {grande|rápido|viejo|alto} es {un elefante|el sol|rusia|un guepardo|el everest|mi móvil}?',
        '¿qué {significa|es} {la fotosíntesis|un átomo|la inflación|efímero|un verbo|una base de datos|un servidor|el amor|un algoritmo|la ética}?',
        '¿qué {modelo|marca} de {coche|móvil|cámara|portátil} {compro|es mejor|me recomiendas}?',
        '¿puedes {cantar|bailar|cocinar|programar|escribir un poema|traducir|contar un chiste|conducir|hacer mis deberes}?',
        '¿qué idioma se habla en {brasil|suiza|perú|canadá|austria}?',
        '¿cuál es tu {color|comida|película|canción|animal} {favorito|favorita}?',
        '¿dónde {están mis llaves|está el baño|está la estación|está mi móvil}?',
        '¿por qué {está bloqueada la carretera|va lento mi internet|está cerrado el banco|no funciona mi móvil}?',
        '{mi|nuestro} {perro|hermano|jefe|vecino|coche|gato} {está enfermo|es muy viejo|tiene un problema|hace ruido|no arranca}',
        '{me gusta|odio|compré|vi} {la pizza|el fútbol|un coche|una película|la lluvia|la playa}',
        '¿qué {ver|comer|hacer|visitar} en {roma|parís|madrid|lisboa|méxico}?',
        '{ayúdame con|explícame} {mis deberes|las matemáticas|la historia de españa|la física|mi redacción|la gramática}',
        '¿qué opinas de {la política|el fútbol|la religión|mi jefe|los gatos|la música}?',
    ],
    'zh': ['写一首诗', '写一个故事', '今天天气怎么样', '今天天气怎么样？', '法国的首都是哪里', '法国的首都是哪里？', '帮我写代码', '讲个笑话', '翻译这句话', '什么是爱情', '什么是人工智能', '一加一等于几', '现在几点', '帮我写一封信', '推荐一本书', '中国有多少人口', '谁是爱因斯坦', '解释一下重力', '给我讲个故事', '怎么做饭', '写一篇文章', '唱首歌', '你会写代码吗', '明天会下雨吗', '谁发明了电话', '介绍一下北京', '怎么学英语', '帮我翻译', '写一个程序', '世界上最高的山是什么'],
}  # fmt: skip

OUT_OF_REACH = {
    'en': [
        '{what is |calculate |compute |}{AAAA|AAA} {+|-|*|plus|minus|times|x} BBBB{?|}',
        '{what is |calculate |}BBBB {+|-|*|plus|times} AAA{?|}',
        '{what is |calculate |how much is |}AAA {/|:|÷|divided by} BBB{?|}',
        'divide AAA by BBB', '{what is |}AAA/BBB{?|}',
        '{what is |calculate |}AAA {+|-|*} BBB {+|-|*} AAA{?|}',
        '{what is |}AAA+BBB+AAA{?|}',
        '{what is |}AAA {plus|minus|times} BBB {plus|minus|times} AAA{?|}',
        '{what is |}{the square root of|the cube of|the square of|half of|twice|a third of|the log of|the factorial of} AAA{?|}',
        '{what is |}AAA {squared|cubed|%|percent of BBB|% of BBB|to the power of BBB|^2|mod BBB|^BBB|**BBB}{?|}',
        '{what is |}AAA.BBB {+|-|*|/} AAA.BBB{?|}',
        '{what is |}-AAA {+|-|*} BBB{?|}',
        'is AAA {a prime|prime|even|odd|a prime number}?',
        'what are the {factors|divisors|prime factors} of AAA?',
        '{convert|how much is} AAA {euros|dollars|miles|kilometres|pounds|degrees|inches|feet|kilos} {to|in} {dollars|euros|metres|celsius|kilos|cm|yen|miles}{?|}',
        '{please |can you |}count {to|up to} AAA{?|}', 'count from AAA to BBB', 'list the numbers from AAA to BBB',
        '{what is |}1/AAA + 1/BBB{?|}', '(AAA + BBB) * AAA',
    ],
    'es': [
        '¿cuánto es {AAAA|AAA} {+|-|*|por|más|menos} BBBB?',
        '¿cuánto es AAA {/|entre|dividido por|dividido entre} BBB?',
        'divide AAA entre BBB', 'cuenta {hasta|de 1 a} AAA',
        '¿cuánto es AAA {+|más} BBB {+|más} AAA?',
        '¿cuál es la raíz cuadrada de AAA?',
        '¿es AAA {primo|par|impar|un número primo}?',
        '{convierte|pasa} AAA {euros|millas|grados} a {dólares|kilómetros|fahrenheit}',
    ],
}  # fmt: skip
